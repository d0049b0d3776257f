import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import kafkajs from 'kafkajs'
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'

const { kafka, registry } = inject('stack')

/** A whole service in a line: it drops everything. */
const program = (service: string) => `
  import { defineProcessor, drop, integer, run, wire } from '#kit'
  import { topics } from '#schemas'
  const probe = defineProcessor({
    service: '${service}', name: 'probe', input: topics.feedback, outputs: [],
    settings: { least: integer('PROBE_LEAST', 1, 'Least.') }, decide: () => drop('dull'),
  })
  await run('${service}', async () => [wire(probe, undefined)])`

const launch = (environment: Record<string, string> = {}) => {
  const service = `probe-${randomUUID().slice(0, 8)}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(service)], {
    env: {
      ...process.env,
      KAFKA_BROKERS: kafka.brokers.join(','),
      REGISTRY_URL: registry.url,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

const createFeedback = async () => {
  const logLevel = kafkajs.logLevel.NOTHING
  const brokers = [...kafka.brokers]
  const client = new kafkajs.Kafka({ clientId: 'run-test', brokers, logLevel })
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'feedback' }], waitForLeaders: true })
  await admin.disconnect()
}

const untilStarted = async (child: ChildProcess): Promise<void> => {
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: stdout })) {
    const { msg } = JSON.parse(line)
    if (msg === 'started') break
  }
  stdout.resume()
}

const exitOf = async (child: ChildProcess): Promise<unknown> => {
  if (child.exitCode !== null) return child.exitCode
  const [code] = await once(child, 'exit')
  return code
}

const complaintOf = async (child: ChildProcess): Promise<string> => {
  const chunks: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(child, 'close')
  return Buffer.concat(chunks).toString()
}

describe('a service as a process', () => {
  beforeAll(createFeedback)

  test('ends with 0 at SIGTERM, within 10 s', async () => {
    const child = launch()
    await untilStarted(child)
    const beganMs = Date.now()
    child.kill('SIGTERM')
    expect(await exitOf(child)).toBe(0)
    expect(Date.now() - beganMs).toBeLessThan(10_000)
  })

  test('ends when its supervisor dies', async () => {
    const child = launch({ FLYWHEEL_PARENT_PIPE: '1' })
    await untilStarted(child)
    child.stdin?.end()
    expect(await exitOf(child)).toBe(0)
  })

  test('complains about all wrong settings in one message without a stack, and ends with 1', async () => {
    const child = launch({ PROBE_LEAST: 'many', HTTP_PORT: 'none' })
    const [complaint, code] = await Promise.all([complaintOf(child), exitOf(child)])
    expect(code).toBe(1)
    expect(complaint).toMatch(/can't start\. Wrong settings:\n {2}HTTP_PORT.*\n {2}PROBE_LEAST/)
    expect(complaint).not.toContain('    at ')
  })

  test('ends with 1 when its port is taken', async () => {
    const port = new URL(registry.url).port
    const child = launch({ HTTP_PORT: port })
    const [complaint, code] = await Promise.all([complaintOf(child), exitOf(child)])
    expect([code, complaint]).toEqual([1, expect.stringContaining(port)])
  })
})
