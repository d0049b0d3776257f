import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openLetterDesk, redriveHeaders, silentLog } from '#kit'
import { topics } from '#schemas'

const { brokers } = inject('stack').kafka
const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
const producer = kafka.producer({ allowAutoTopicCreation: false })
const admin = kafka.admin()
const desk = await openLetterDesk({
  brokers,
  clientId: 'flywheel-test',
  log: silentLog,
  messageBytesMax: 1_000_000,
})
const main = fileURLToPath(new URL('main.ts', import.meta.url))
const reason = `refused ${randomUUID()}`
const calls = Array.from({ length: 12 }, (_, index) => `${reason} ${index}`)

/** Runs the command as a person would. */
const dlq = async (...words: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words], {
    env: { ...process.env, KAFKA_BROKERS: brokers.join(',') },
  })
  return stdout
}

const used = ['inference-logs', ...topics.servicesWithDeadLetters.map(topics.deadLettersOf)]
const created: string[] = []

const send = async (topic: string, message: kafkajs.Message) => {
  const [sent] = await producer.send({ topic, messages: [message] })
  return { partition: sent?.partition ?? -1, offset: sent?.baseOffset ?? '-1' }
}

const letterTo = (source: { partition: number; offset: string }, key: string, value: string) =>
  send('curator.dead-letters', {
    key,
    value,
    headers: {
      '__connect.errors.topic': 'inference-logs',
      '__connect.errors.partition': String(source.partition),
      '__connect.errors.offset': source.offset,
      '__connect.errors.connector.name': 'curator.curate',
      '__connect.errors.exception.message': reason,
    },
  })

/** Keys of the records of `inference-logs` that were sent back for our letters. */
const sentBack = async (): Promise<readonly string[]> => {
  const found: string[] = []
  await desk.readAll('inference-logs', ({ key, headers }) => {
    const name = key?.toString() ?? ''
    if (name.startsWith(reason) && headers[redriveHeaders.for] !== undefined) found.push(name)
  })
  return found.sort()
}

beforeAll(async () => {
  await producer.connect()
  await admin.connect()
  for (const topic of used)
    if (await admin.createTopics({ topics: [{ topic }], waitForLeaders: true })) created.push(topic)
  for (const [index, call] of calls.entries()) {
    const source = await send('inference-logs', { key: call, value: `body ${index}` })
    for (let i = 0; i < 30; i++) await send('inference-logs', { key: `other ${i}`, value: 'x' })
    await letterTo(source, call, `body ${index}`)
  }
  await letterTo({ partition: 0, offset: '0' }, 'forged', 'forged body')
  await letterTo({ partition: 0, offset: '99999999' }, `${reason} gone`, 'body of the gone')
})

afterAll(async () => {
  await producer.disconnect()
  await desk.close()
  await admin.deleteTopics({ topics: created })
  await admin.disconnect()
})

describe('dead letters', () => {
  test('are listed by reason, and one by one', async () => {
    expect(await dlq('list', '--reason', reason)).toMatch(/curator\.curate .* 14 +│ 0 /)
    const lines = await dlq('list', 'curator', '--reason', reason, '--since', '1h')
    expect(lines.match(/curator\/\d+/g)).toHaveLength(14)
    expect(await dlq('list', 'curator', '--reason', 'nothing like it')).toContain('no such letters')
  })

  test('are shown with their headers', async () => {
    const lines = await dlq('list', 'curator', '--reason', reason)
    const shown = await dlq('show', lines.match(/curator\/\d+/)?.[0] ?? '')
    expect(shown).toContain('__connect.errors.topic: inference-logs')
    expect(shown).toContain('body 0')
  })

  test('are sent back once, by however many operators, and only what is proved', async () => {
    const dry = await dlq('redrive', 'curator', '--reason', reason, '--dry-run')
    expect(dry).toMatch(/would be sent +│ original found +│ 12/)
    expect(await sentBack()).toEqual([])
    const both = await Promise.allSettled([
      dlq('redrive', 'curator', '--reason', reason),
      dlq('redrive', 'curator', '--reason', reason),
    ])
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true)
    const again = await dlq('redrive', 'curator', '--reason', reason)
    expect(again).toMatch(/left +│ not the record it claims to be: another key +│ 1/)
    expect(again).toMatch(/left +│ its original is gone.* +│ 1/)
    expect(await sentBack()).toEqual([...calls].sort())
  })

  test('whose original is gone go back when told so', async () => {
    const sent = await dlq('redrive', 'curator', '--reason', reason, '--unproved')
    expect(sent).toMatch(/sent +│ unproved +│ 1/)
    expect(await sentBack()).toEqual([...calls, `${reason} gone`].sort())
    expect(await dlq('list', '--reason', reason)).toMatch(/ 1 +│ 13 /)
  })

  test('of nobody are told in a line', async () => {
    await expect(dlq('list', 'nobody')).rejects.toThrow('nobody is no service; services: gateway')
  })
})
