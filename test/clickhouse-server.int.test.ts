import { existsSync, readFileSync } from 'node:fs'
import { GenericContainer, Wait } from 'testcontainers'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { applyDdl } from '../infra/clickhouse/apply.ts'

const hasDocker = process.env['DOCKER_HOST'] !== undefined || existsSync('/var/run/docker.sock')

const imageOf = (service: string): string => {
  const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'))
  return compose.services[service].image
}

/** Runs where a Docker engine is; elsewhere the same DDL is held to the embedded engine of the native stack. */
test.skipIf(!hasDocker)(
  'ClickHouse’s own server takes our DDL, twice',
  { timeout: 300_000 },
  async () => {
    const container = await new GenericContainer(imageOf('clickhouse'))
      .withEnvironment({ CLICKHOUSE_PASSWORD: 'test', CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1' })
      .withExposedPorts(8123)
      .withWaitStrategy(Wait.forHttp('/ping', 8123))
      .start()
    try {
      const url = `http://${container.getHost()}:${container.getMappedPort(8123)}`
      const address = { url, user: 'default', password: 'test' }
      await applyDdl(address)
      await applyDdl(address)
      const query = "SELECT count() FROM system.tables WHERE database = 'flywheel'"
      const answer = await fetch(`${url}/?query=${encodeURIComponent(query)}`, {
        headers: { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': 'test' },
      })
      expect(Number(await answer.text())).toBeGreaterThan(10)
    } finally {
      await container.stop()
    }
  },
)
