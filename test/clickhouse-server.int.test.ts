import { existsSync, readFileSync } from 'node:fs'
import { GenericContainer, Wait } from 'testcontainers'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { applyDdl, statementsOf } from '../infra/clickhouse/apply.ts'
import { askClickHouse } from '../services/operator/sql/world/ask.ts'

const hasDocker = process.env['DOCKER_HOST'] !== undefined || existsSync('/var/run/docker.sock')

const imageOf = (service: string): string => {
  const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'))
  return compose.services[service].image
}

const server = new URL('../infra/clickhouse/server/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, server), 'utf8')

type Say = (sql: string, user?: string) => Promise<{ readonly ok: boolean; readonly said: string }>

const holdToRole = async (say: Say): Promise<void> => {
  const statements = [
    ...statementsOf(read('analyst.sql')),
    "CREATE USER jane IDENTIFIED BY 'test'",
    'CREATE ROLE `tenant:acme`',
    'GRANT analyst, `tenant:acme` TO jane',
    "INSERT INTO flywheel.inference_logs (request_id, tenant, arrived_at) VALUES ('a', 'acme', now()), ('b', 'other', now()), ('c', '', now())",
  ]
  for (const sql of statements) expect(await say(sql)).toMatchObject({ ok: true })
  const ids =
    'SELECT groupArray(request_id) FROM (SELECT * FROM flywheel.inference_logs ORDER BY request_id)'
  expect((await say(ids, 'jane')).said.trim()).toBe("['a','c']")
  expect((await say(ids)).said.trim()).toBe("['a','b','c']")
  expect((await say('SELECT sum(calls) FROM flywheel.quality_by_model', 'jane')).ok).toBe(true)
  expect((await say('SELECT comment FROM flywheel.feedback', 'jane')).ok).toBe(false)
  const written = await say("INSERT INTO flywheel.inference_logs (request_id) VALUES ('d')", 'jane')
  expect(written.ok).toBe(false)
}

/** Runs where a Docker engine is; elsewhere the same DDL is held to the embedded engine of the native stack. */
test.skipIf(!hasDocker)(
  'ClickHouse’s own server takes our DDL, twice, and keeps analysts to reading',
  { timeout: 300_000 },
  async () => {
    const container = await new GenericContainer(imageOf('clickhouse'))
      .withEnvironment({ CLICKHOUSE_PASSWORD: 'test', CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1' })
      .withCopyContentToContainer([
        {
          content: read('flywheel-users.xml'),
          target: '/etc/clickhouse-server/users.d/flywheel-users.xml',
        },
        {
          content: read('flywheel-config.xml'),
          target: '/etc/clickhouse-server/config.d/flywheel-config.xml',
        },
      ])
      .withExposedPorts(8123)
      .withWaitStrategy(Wait.forHttp('/ping', 8123))
      .start()
    try {
      const url = `http://${container.getHost()}:${container.getMappedPort(8123)}`
      const address = { url, user: 'default', password: 'test' }
      await applyDdl(address)
      await applyDdl(address)
      const say: Say = async (body, user = 'default') => {
        const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': 'test' }
        const answer = await fetch(url, { method: 'POST', headers, body })
        return { ok: answer.ok, said: await answer.text() }
      }
      const { said } = await say("SELECT count() FROM system.tables WHERE database = 'flywheel'")
      expect(Number(said)).toBeGreaterThan(10)
      await holdToRole(say)
      const jane = {
        ...address,
        user: 'jane',
        database: 'flywheel',
        format: 'TSV',
        mayWrite: false,
      }
      expect(await askClickHouse('SELECT 7', jane)).toEqual({ ok: true, text: '7\n' })
    } finally {
      await container.stop()
    }
  },
)
