import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '#schemas'
import { applyDdl } from '../../infra/clickhouse/apply.ts'
import { ensureTopics } from '../../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../../infra/kafka/topics.ts'
import { type Stack, startStack } from '../../infra/native/start-stack.ts'
import type { Supervised } from '../../infra/native/supervisor.ts'
import { registryCodec } from '../../services/kit/adapters/registry/index.ts'
import { asking, makeLike } from './clickhouse.ts'
import { type Drain, watchDrain } from './drain.ts'
import { fingerprintOf, startKafkaEngine } from './kafka-engine.ts'
import { type Latency, measureLatency } from './latency.ts'
import { type BenchOptions, readOptions, usage } from './options.ts'
import { type Pool, poolOf } from './pool.ts'
import { openBenchPublisher, publishAll } from './publish.ts'
import { describeDrains, describeLatencies } from './report.ts'
import { type SinkName, type SinkPlace, startCpuUsOf, startSink } from './sinks.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Where the bench works. */
interface Bench {
  readonly options: BenchOptions
  readonly stack: Stack
  readonly pool: Pool
  readonly place: SinkPlace
  /** What each sink's start costs with nothing to drain. */
  readonly startCpuUs: Readonly<Record<SinkName, number>>
}

const logs = 'flywheel.inference_logs'

const fill = async ({ stack, pool, options: { records, partitions } }: Bench): Promise<void> => {
  const publisher = await openBenchPublisher(stack.kafka.brokers, pool)
  await publishAll(publisher, records, partitions)
  await publisher.close()
}

/** A drain and a number for the rows that came of it. */
interface Drained {
  readonly drain: Drain
  readonly fingerprint: string
}

const drainByEngine = async ({ stack, options: { records } }: Bench): Promise<Drained> => {
  const ask = asking(stack)
  const table = 'flywheel.bench_kafka_engine'
  await makeLike(ask, table, logs)
  let stop = async (): Promise<void> => {}
  const roots = () => ({
    sink: undefined,
    clickhouse: stack.child('clickhouse').pid(),
    kafka: stack.child('kafka').pid(),
  })
  const drain = await watchDrain({ ask, table, records, startCpuUs: 0 }, roots, async () => {
    stop = await startKafkaEngine(ask, table, stack)
  })
  await stop()
  const fingerprint = await fingerprintOf(ask, table)
  await ask(`DROP TABLE ${table} SYNC`)
  return { drain, fingerprint }
}

const drainBySink = async (
  name: SinkName,
  table: string,
  { stack, place, startCpuUs: { [name]: startCpuUs }, options: { records } }: Bench,
): Promise<{ readonly drain: Drain; readonly sink: Supervised }> => {
  let sink: Supervised | undefined
  const roots = () => {
    if (sink !== undefined && sink.restarts() > 0)
      throw new Error(`${name} ended: see ${place.dataDir}/${name}.log (--keep keeps it)`)
    return {
      sink: sink?.pid(),
      clickhouse: stack.child('clickhouse').pid(),
      kafka: stack.child('kafka').pid(),
    }
  }
  const ask = asking(stack)
  const drain = await watchDrain({ ask, table, records, startCpuUs }, roots, async () => {
    sink = await startSink(name, place)
  })
  if (sink === undefined) throw new Error(`${name} did not start`)
  return { drain, sink }
}

const drainUnredacted = async (bench: Bench): Promise<Drained> => {
  const table = 'flywheel.bench_unredacted'
  const ask = asking(bench.stack)
  await makeLike(ask, table, logs)
  const { drain, sink } = await drainBySink('unredacted-sink', table, bench)
  await sink.stop()
  const fingerprint = await fingerprintOf(ask, table)
  await ask(`DROP TABLE ${table} SYNC`)
  return { drain, fingerprint }
}

const latenciesOf = async (bench: Bench): Promise<readonly Latency[]> => {
  const { stack, pool, options } = bench
  const ask = asking(stack)
  const found: Latency[] = []
  const publisher = await openBenchPublisher(stack.kafka.brokers, pool)
  for (const rate of options.rates) {
    say(`publishing ${rate} records/s for ${options.seconds} s`)
    await ask(`TRUNCATE TABLE ${logs} SYNC`)
    const { partitions, seconds } = options
    found.push(await measureLatency({ ask, table: logs, publisher, partitions, rate, seconds }))
  }
  await publisher.close()
  return found
}

const measure = async (bench: Bench): Promise<void> => {
  const { options, pool } = bench
  const { records, partitions } = options
  say(`publishing ${records} records of ${pool.size} bodies`)
  await fill(bench)
  say("draining by ClickHouse's Kafka engine")
  const engine = await drainByEngine(bench)
  say('draining without masking')
  const plain = await drainUnredacted(bench)
  if (plain.fingerprint !== engine.fingerprint)
    throw new Error('the sink and the Kafka engine stored other rows')
  say('draining by the log-sink')
  const { drain: redacted, sink } = await drainBySink('log-sink', logs, bench)
  const drains = { unredacted: plain.drain, redacted, kafkaEngine: engine.drain }
  const figures = { records, partitions, recordBytes: pool.meanBytes, ...drains }
  for (const line of describeDrains(figures)) say(line)
  const latencies = await latenciesOf(bench)
  await sink.stop()
  for (const line of describeLatencies(latencies)) say(line)
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ ...figures, latencies }, null, 2)}\n`)
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return say(usage)
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-bench-'))
  const asked = new AbortController()
  process.once('SIGINT', () => asked.abort()).once('SIGTERM', () => asked.abort())
  try {
    await using stack = await startStack({ dataDir, password: 'bench', signal: asked.signal })
    await ensureTopics(stack.kafka.brokers, topicSpecifications(options.partitions))
    await applyDdl(stack.clickhouse)
    const codec = registryCodec(stack.registry.url)
    await codec.register([topics.inferenceLogs])
    const pool = poolOf(codec, { ...options, folder: options.data })
    const place = { stack, dataDir, profile: options.profile }
    const startCpuUs = {
      'log-sink': await startCpuUsOf('log-sink', place),
      'unredacted-sink': await startCpuUsOf('unredacted-sink', place),
    }
    const ended = new Promise<never>((_, reject) => {
      asked.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
    })
    await Promise.race([measure({ options, stack, pool, place, startCpuUs }), ended])
  } finally {
    if (!options.keep) rmSync(dataDir, { recursive: true, force: true })
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
