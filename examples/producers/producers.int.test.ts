import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openLetterDesk, silentLog } from '#kit'
import { ensureSchemas } from '../../infra/kafka/ensure-schemas.ts'

const { kafka, registry } = inject('stack')
const topic = 'inference-logs'
const here = fileURLToPath(new URL('.', import.meta.url))
const room = mkdtempSync(join(tmpdir(), 'producers-'))
const clients = new kafkajs.Kafka({
  brokers: [...kafka.brokers],
  logLevel: kafkajs.logLevel.NOTHING,
})
const admin = clients.admin()
const desk = await openLetterDesk({
  brokers: kafka.brokers,
  clientId: 'flywheel-test',
  log: silentLog,
  messageBytesMax: 1_000_000,
})
const environment = {
  ...process.env,
  KAFKA_BROKERS: kafka.brokers.join(','),
  REGISTRY_URL: registry.url,
}
let created = false

const has = (...command: readonly [string, ...string[]]): boolean => {
  const [program, ...words] = command
  try {
    execFileSync(program, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const run = async (program: string, words: readonly string[], cwd = here): Promise<string> =>
  (await promisify(execFile)(program, words, { cwd, env: environment, maxBuffer: 1e8 })).stdout

const subjects = async (): Promise<unknown> => {
  const names = (await (await fetch(`${registry.url}/subjects`)).json()) as readonly string[]
  const versions = await Promise.all(
    names.map(async (name) => (await fetch(`${registry.url}/subjects/${name}/versions`)).json()),
  )
  return names.map((name, index) => [name, versions[index]])
}

/** Reads the record that a producer said it has published. */
const published = async (said: string) => {
  const [, id, partition, offset] =
    /published (\S+) to inference-logs\/(\d+)\/(\d+)$/m.exec(said) ?? []
  expect(said).toContain(`published ${id}`)
  const place = { topic, partition: Number(partition) }
  const record = (await desk.recordsAt(place, [BigInt(offset ?? -1)])).get(BigInt(offset ?? -1))
  const { key, value } = record ?? { key: null, value: null }
  expect(key?.toString()).toBe(id)
  return new SchemaRegistry({ host: registry.url }).decode(value ?? Buffer.alloc(0))
}

const works = async (language: string, publish: () => Promise<string>): Promise<void> => {
  const before = await subjects()
  const log = await published(await publish())
  expect(log).toMatchObject({ client: `example-${language.toLowerCase()}`, role: 'served' })
  expect(JSON.parse(log.response).choices[0].message.content).toBe(`Hello, ${language}!`)
  expect(await subjects()).toEqual(before)
}

beforeAll(async () => {
  await admin.connect()
  created = await admin.createTopics({ topics: [{ topic }], waitForLeaders: true })
  await ensureSchemas(registry.url)
})

afterAll(async () => {
  if (created) await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
  await desk.close()
  rmSync(room, { recursive: true })
})

test('TypeScript publishes a call, and registers no schema', async () => {
  await works('TypeScript', () => run(process.execPath, ['typescript/publish.ts']))
})

test.skipIf(!has('python3', '-m', 'pip', '--version'))(
  'Python publishes a call, and registers no schema',
  async () => {
    const libraries = join(room, 'python')
    const install = ['-m', 'pip', 'install', '-q', '--target', libraries]
    await run('python3', [...install, '-r', 'python/requirements.txt'])
    const publish = `import sys; sys.path.insert(0, ${JSON.stringify(libraries)}); import runpy; runpy.run_path("python/publish.py")`
    await works('Python', () => run('python3', ['-c', publish]))
  },
  180_000,
)

test.skipIf(!has('mvn', '-v') || !has('javac', '-version'))(
  'Java publishes a call, and registers no schema',
  async () => {
    cpSync(join(here, 'java'), join(room, 'java'), { recursive: true })
    await works('Java', () => run('mvn', ['-q', '-B', 'compile', 'exec:java'], join(room, 'java')))
  },
  180_000,
)
