import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../infra/native/ports.ts'
import type { StackAddresses } from '../../infra/native/stack-parts.ts'
import { type Supervised, supervise } from '../../infra/native/supervisor.ts'
import { cpuUsOf } from './cpu.ts'

/** The sinks that the bench starts, each a process of its own. */
const sinkFiles = {
  'log-sink': '../../services/log-sink/main.ts',
  'unredacted-sink': '../unredacted-sink/main.ts',
} as const

/** A sink that the bench starts. */
export type SinkName = keyof typeof sinkFiles

/** Where a sink runs. */
export interface SinkPlace {
  readonly stack: StackAddresses
  readonly dataDir: string
  /** Where its CPU profile goes when it ends; none unless set. */
  readonly profile: string | undefined
}

/** Starts a sink and resolves once it runs; it may drain already. */
export const startSink = async (
  name: SinkName,
  { stack, dataDir, profile }: SinkPlace,
): Promise<Supervised> => {
  const [port = 0] = await freePorts(1)
  if (profile !== undefined) mkdirSync(profile, { recursive: true })
  const profiling =
    profile === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profile}`, `--cpu-prof-name=${name}.cpuprofile`]
  return supervise(
    {
      name,
      command: process.execPath,
      args: [...profiling, fileURLToPath(new URL(sinkFiles[name], import.meta.url))],
      environment: {
        KAFKA_BROKERS: stack.kafka.brokers.join(','),
        REGISTRY_URL: stack.registry.url,
        CLICKHOUSE_URL: stack.clickhouse.url,
        CLICKHOUSE_USER: stack.clickhouse.user,
        CLICKHOUSE_PASSWORD: stack.clickhouse.password,
        OBJECTS_URI: join(dataDir, 'objects'),
        HTTP_PORT: String(port),
        LOG_LEVEL: 'warn',
      },
      logFile: join(dataDir, `${name}.log`),
      ready: async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/ready`, {
          signal: AbortSignal.timeout(2000),
        })
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`${name} is not ready`)
      },
    },
    (line) => process.stderr.write(`${line}\n`),
  )
}

/** CPU time in µs that a sink takes to start and join its group, while there is nothing to drain. */
export const startCpuUsOf = async (name: SinkName, place: SinkPlace): Promise<number> => {
  const sink = await startSink(name, { ...place, profile: undefined })
  const { used } = cpuUsOf({ used: sink.pid() })
  await sink.stop()
  return used
}
