import { availableParallelism } from 'node:os'
import type { Cpu, Drain } from './drain.ts'
import type { Latency } from './latency.ts'

/** All that the bench found. */
export interface Figures {
  readonly records: number
  readonly partitions: number
  /** Mean bytes of an Avro value. */
  readonly recordBytes: number
  readonly unredacted: Drain
  readonly redacted: Drain
  readonly kafkaEngine: Drain
}

const sumOf = ({ sink, clickhouse, kafka }: Cpu): number => sink + clickhouse + kafka

/** Records a second that one core would drain if it did nothing else: of the sink's own CPU, and of all CPU. */
export const perCore = ({
  cpuUsPerRecord,
}: Drain): { readonly own: number; readonly all: number } => ({
  own: 1e6 / cpuUsPerRecord.sink,
  all: 1e6 / sumOf(cpuUsPerRecord),
})

/** How often a drain does what the Kafka engine does in the same CPU time of all processes, and in the same time. */
export const againstEngine = (drain: Drain, engine: Drain) => ({
  cpu: sumOf(engine.cpuUsPerRecord) / sumOf(drain.cpuUsPerRecord),
  wall: drain.recordsPerSecond / engine.recordsPerSecond,
})

const cores = availableParallelism()

const thousands = (value: number): string => Math.round(value).toLocaleString('en')

const drainLines = (name: string, drain: Drain, { recordBytes, kafkaEngine }: Figures) => {
  const { recordsPerSecond, wallSeconds, cpuUsPerRecord, load } = drain
  const { sink, clickhouse, kafka } = cpuUsPerRecord
  const core = perCore(drain)
  const ratio = againstEngine(drain, kafkaEngine)
  const megabytes = ((recordsPerSecond * recordBytes) / 1e6).toFixed(1)
  const own = sink > 0 ? `${thousands(core.own)} records/s a core of its own CPU, ` : ''
  return [
    name,
    `  wall time   ${thousands(recordsPerSecond)} records/s, ${megabytes} MB/s, ${wallSeconds.toFixed(1)} s with its start; load ${load.toFixed(1)} on ${cores} cores`,
    `  CPU-µs      ${sink.toFixed(2)} sink, ${clickhouse.toFixed(2)} ClickHouse, ${kafka.toFixed(2)} Kafka a record`,
    `  a core      ${own}${thousands(core.all)} of all CPU`,
    ...(drain === kafkaEngine
      ? []
      : [
          `  beside the Kafka engine ${ratio.cpu.toFixed(2)} × by CPU, ${ratio.wall.toFixed(2)} × by wall time`,
        ]),
  ]
}

const latencyLine = (latency: Latency): string => {
  const { rate, p50Ms, p99Ms, maxMs, resolutionMs, publishedPerSecond } = latency
  const ms = (value: number) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'never')
  return `  ${thousands(rate)}/s (held ${thousands(publishedPerSecond)}/s)  p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, most ${ms(maxMs)}; looked every ${ms(resolutionMs)}`
}

/** The drains as lines for people. */
export const describeDrains = (figures: Figures): readonly string[] => {
  const { records, partitions, recordBytes, redacted, unredacted, kafkaEngine } = figures
  const engine = "ClickHouse's Kafka engine into a like table"
  return [
    `${thousands(records)} inference logs of ${thousands(recordBytes)} bytes (Avro) in ${partitions} partitions, lz4 in Kafka`,
    ...drainLines('log-sink, as in production: masks personal data, all views', redacted, figures),
    ...drainLines('the same less masking, into a like table without views', unredacted, figures),
    ...drainLines(
      `${engine}: no masking, no deduplication, no repeat marks, no dead letters`,
      kafkaEngine,
      figures,
    ),
  ]
}

/** The latencies as lines for people. */
export const describeLatencies = (latencies: readonly Latency[]): readonly string[] => [
  'published to queryable, through the log-sink as in production (open loop, from when a record was due)',
  ...latencies.map(latencyLine),
]
