import type { Topic, ValueOf } from '#schemas'
import type { Broker } from './broker.ts'
import type { Codec } from './runtime/codec.ts'
import { encodeMessage } from './runtime/encode.ts'
import { childTraceparent } from './runtime/trace.ts'
import { silentLog } from './silent-log.ts'

/** Writes records into topics from a program that is no service: an example, an import, a tool. */
export interface Publisher<T extends Topic> {
  /** Resolves when all in-sync replicas have every record. */
  publish(topic: T, values: readonly ValueOf<T>[]): Promise<void>
  close(): Promise<void>
}

/** Where the publisher finds its neighbours. */
export interface PublisherOptions {
  readonly brokers: readonly string[]
  readonly registryUrl: string
  readonly clientId: string
}

const encodeAll = <T extends Topic>(codec: Codec, topic: T, values: readonly ValueOf<T>[]) =>
  values.map((value) => {
    const key = topic.key(value as never)
    return encodeMessage(codec, { topic, value }, childTraceparent(undefined, topic.name, key))
  })

/** Opens a publisher for some topics and registers their schemas. */
export const openPublisher = async <T extends Topic>(
  topics: readonly T[],
  { brokers, registryUrl, clientId }: PublisherOptions,
): Promise<Publisher<T>> => {
  const { kafkaBroker } = await import('./adapters/kafka/index.ts')
  const { registryCodec } = await import('./adapters/registry/index.ts')
  const codec = registryCodec(registryUrl)
  const broker: Broker = await kafkaBroker({ brokers, clientId, log: silentLog })
  await codec.register(topics)
  return {
    publish: (topic, values) => broker.produce(encodeAll(codec, topic, values)),
    close: () => broker.close(),
  }
}
