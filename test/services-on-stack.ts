import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { inject } from 'vitest'
import { applyDdl } from '../infra/clickhouse/apply.ts'
import { ensureSchemas } from '../infra/kafka/ensure-schemas.ts'
import { ensureTopics } from '../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../infra/kafka/topics.ts'

/** Services as processes of their own, on the stack that the tests share. */
export interface ServicesOnStack {
  /** For objects, and for whatever the test writes. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Makes topics, schemas and tables, and starts services; resolves with their addresses once all run. */
  start(...names: readonly string[]): Promise<readonly string[]>
  stop(): Promise<void>
}

/** Services with settings beyond the stack's addresses; `name` is in the folder's. */
export const servicesOnStack = (
  name: string,
  settings: Readonly<Record<string, string>>,
): ServicesOnStack => {
  const { kafka, registry, clickhouse } = inject('stack')
  const folder = mkdtempSync(join(tmpdir(), `flywheel-${name}-`))
  const stops: (() => Promise<void>)[] = []
  const environment = {
    ...process.env,
    KAFKA_BROKERS: kafka.brokers.join(','),
    REGISTRY_URL: registry.url,
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_USER: clickhouse.user,
    CLICKHOUSE_PASSWORD: clickhouse.password,
    OBJECTS_URI: join(folder, 'objects'),
    PROXY_SPILL_DIR: join(folder, 'spill'),
    HTTP_PORT: '0',
    LOG_LEVEL: 'info',
    FLYWHEEL_PARENT_PIPE: '1',
    ...settings,
  }
  const launch = async (service: string): Promise<string> => {
    const child = spawn(process.execPath, [`services/${service}/main.ts`], {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    stops.push(async () => {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line)
      if (said.msg !== 'started') continue
      child.stdout.resume()
      return said.httpUrl
    }
    throw new Error(`${service} did not start`)
  }
  return {
    folder,
    environment,
    start: async (...names) => {
      await Promise.all([
        ensureTopics(kafka.brokers, topicSpecifications(1)),
        ensureSchemas(registry.url),
        applyDdl(clickhouse),
      ])
      return Promise.all(names.map(launch))
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
