import { type Topic, topics, type ValueOf } from '#schemas'
import type { Broker, RawRecord } from '../broker.ts'
import type { Machinery } from '../runtime/machinery.ts'
import type { Build } from '../runtime/plan.ts'
import type { Environment } from '../settings.ts'
import { type TestMachinery, testMachinery } from './machinery.ts'
import { memoryCluster } from './memory-broker.ts'
import { startService } from './running-service.ts'

/** A rejected record and why. */
export interface DeadLetter {
  readonly reason: string
  readonly stage: string
  readonly record: RawRecord
}

/** A service that runs on Kafka in memory. */
export interface MemoryRun {
  readonly httpUrl: string
  readonly machinery: TestMachinery
  /** Settles when the service does. */
  readonly done: Promise<void>
  /** Writes records as their producer would. */
  put<T extends Topic>(topic: T, ...values: ValueOf<T>[]): Promise<void>
  /** Writes bytes as somebody else would. */
  putRaw(topic: string, key: string, value: Buffer | null): Promise<void>
  /** Resolves with a topic's values once it has this many. */
  seen<T extends Topic>(topic: T, count: number): Promise<readonly ValueOf<T>[]>
  /** Resolves with the service's dead letters once there are this many. */
  deadLetters(count: number): Promise<readonly DeadLetter[]>
  stop(): Promise<void>
}

/** What may differ from the ordinary. */
export interface MemoryRunOptions extends Partial<Pick<Machinery, 'clock' | 'http' | 'objects'>> {
  readonly environment?: Environment
  /** Partitions of every topic; 1 unless set. */
  readonly partitions?: number
}

const reader = (broker: Broker) => {
  const read = async (topic: string, count: number): Promise<readonly RawRecord[]> => {
    const records: RawRecord[] = []
    const enough = Promise.withResolvers<void>()
    const follower = await broker.follow({
      topic,
      take: async (batch) => {
        records.push(...batch.records)
        if (records.length >= count) enough.resolve()
      },
    })
    if (count === 0) await follower.caughtUp()
    else await enough.promise
    await follower.stop()
    return records
  }
  return read
}

const text = (record: RawRecord, name: string): string =>
  record.headers[`__connect.errors.${name}`]?.toString() ?? ''

/** Runs a whole service against Kafka in memory with every topic of the project, until `stop`. */
export const runOnMemory = async (
  service: string,
  build: Build,
  { partitions = 1, environment = {}, ...given }: MemoryRunOptions = {},
): Promise<MemoryRun> => {
  const cluster = memoryCluster()
  const names = [...topics.recordTopics.map(({ name }) => name), topics.deadLettersOf(service)]
  for (const name of names) cluster.createTopic(name, partitions)
  const machinery = testMachinery(cluster.broker(), { environment, ...given })
  const running = await startService(service, build, machinery)
  const outside = cluster.broker()
  const read = reader(outside)
  const codec = machinery.memoryCodec
  return {
    ...running,
    machinery,
    put: async (topic, ...values) => {
      const messages = values.map((value) => ({
        topic: topic.name,
        // ValueOf<T> is what T's key takes; the compiler can't see that through the generic.
        key: topic.key(value as never),
        value: codec.encode(topic, value),
      }))
      await outside.produce(messages)
    },
    putRaw: (topic, key, value) => outside.produce([{ topic, key, value }]),
    seen: async <T extends Topic>(topic: T, count: number) => {
      const records = await read(topic.name, count)
      const decoded = await codec.decode(
        topic,
        records.map(({ value }) => value),
      )
      return decoded.flatMap((each) => ('value' in each ? [each.value as ValueOf<T>] : []))
    },
    deadLetters: async (count) =>
      (await read(topics.deadLettersOf(service), count)).map((record) => ({
        reason: text(record, 'exception.message'),
        stage: text(record, 'stage'),
        record,
      })),
  }
}
