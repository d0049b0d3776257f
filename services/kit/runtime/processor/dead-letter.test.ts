import { describe, expect, test } from 'vitest'
import { topics } from '#schemas'
import { checkMessage } from '../../adapters/kafka/records.ts'
import type { RawMessage } from '../../broker.ts'
import type { ObjectStore } from '../../outside.ts'
import { sha256 } from '../../sha256.ts'
import { rawRecord } from '../../testing/hand-broker.ts'
import { reasonOf, startProbe } from '../../testing/probe.ts'
import { memoryObjects } from '../../testing/surroundings.ts'

const codecTopic = topics.feedback.name
const never: RawMessage = { topic: '', key: '', value: null }

describe('a dead letter', () => {
  test('keeps a dead letter as it came, says where from, and quotes nothing', async () => {
    const { broker, record } = await startProbe()
    const came = record('bug-private', 41n, { mine: Buffer.from('x') })
    const [letter] = await broker.hand([came])
    expect(letter).toMatchObject({ key: came.key, value: came.value })
    expect(letter?.headers).toMatchObject({
      mine: Buffer.from('x'),
      '__connect.errors.topic': 'feedback',
      '__connect.errors.partition': '0',
      '__connect.errors.offset': '41',
      '__connect.errors.connector.name': 'curator.probe',
      '__connect.errors.stage': 'TRANSFORMATION',
      '__connect.errors.exception.class.name': 'TypeError',
      '__connect.errors.exception.message': 'bug: TypeError',
    })
    expect(letter?.headers?.['__connect.errors.exception.stacktrace']).toContain('wire-processor')
    expect(JSON.stringify(letter?.headers)).not.toContain('private')
  })

  test.each([
    ['no value', null],
    ['not avro', Buffer.from('{"json":true}')],
    ['not avro', Buffer.alloc(3)],
    ['unknown schema id', Buffer.from([0, 0, 0, 9, 9, 1, 2])],
    ['does not parse', Buffer.from([0, 0, 0, 0, 1, 255])],
  ])('calls what can not be read "%s" and goes on with the rest', async (reason, value) => {
    const { broker, record } = await startProbe()
    const fine = record('fine')
    const messages = await broker.hand([rawRecord(codecTopic, 1n, { value }), fine])
    expect(messages.map(({ topic }) => topic)).toEqual(['curator.dead-letters', 'reviews'])
    expect(messages.slice(0, 1).map(reasonOf)).toEqual([reason])
    expect(messages[0]?.headers?.['__connect.errors.stage']).toBe('VALUE_CONVERTER')
    expect(messages[0]?.value).toBe(value)
  })

  test('keeps whole what a topic takes, above the limit of outputs', async () => {
    const { broker } = await startProbe()
    const value = Buffer.alloc(16 << 20, 'x')
    const [letter] = await broker.hand([rawRecord(codecTopic, 1n, { key: null, value })])
    expect(letter?.value?.byteLength).toBe(16 << 20)
    expect(() => checkMessage(letter ?? never, 1_000_000)).not.toThrow()
  })

  const tight = { environment: { KAFKA_DEAD_LETTER_BYTES_MAX: '1000000' } }

  test('keeps a body that no letter holds in the object store, and says where', async () => {
    const { broker, surroundings } = await startProbe(undefined, tight)
    const value = Buffer.alloc(1_000_000, 'x')
    const [letter] = await broker.hand([rawRecord(codecTopic, 1n, { key: null, value })])
    expect(letter?.value?.byteLength).toBeLessThan(1_000_000)
    expect(letter?.key).toBe('feedback/0/1')
    expect(letter?.headers?.['flywheel.truncated.from.bytes']).toBe('1000000')
    expect(letter?.headers?.['flywheel.body.sha256']).toBe(sha256(value))
    const path = String(letter?.headers?.['flywheel.body.object'])
    expect(path).toMatch(/^dead-letters\/feedback\/0\/1-[0-9a-f]{16}$/)
    expect((await surroundings.objects().get(path)).equals(value)).toBe(true)
  })

  test('waits for an object store that is away, and writes no letter meanwhile', async () => {
    const objects = memoryObjects()
    let away = 3
    const put: ObjectStore['put'] = async (path, body) => {
      away -= 1
      if (away > 0) throw new Error('no disk left')
      await objects.put(path, body)
    }
    const given = { ...tight, objects: () => ({ ...objects, put }) }
    const { broker, scrape } = await startProbe(undefined, given)
    const value = Buffer.alloc(1_000_000)
    expect(await broker.hand([rawRecord(codecTopic, 1n, { value })])).toHaveLength(1)
    expect(await scrape()).toContain(
      'flywheel_retries_total{service="curator",processor="probe"} 2',
    )
  })

  test('makes a dead letter that fits of any record', async () => {
    const { broker } = await startProbe(undefined, tight)
    const value = Buffer.alloc(900_000)
    const headers = { large: Buffer.alloc(900_000) }
    const [letter] = await broker.hand([
      rawRecord(codecTopic, 1n, { key: 'k'.repeat(900_000), value, headers }),
    ])
    expect(() => checkMessage(letter ?? never, 1_000_000)).not.toThrow()
    expect(letter?.headers?.['flywheel.left.out']).toBe('headers key')
  })

  test('gives a dead letter without a key the key of its place', async () => {
    const { broker } = await startProbe()
    const [letter] = await broker.hand([rawRecord(codecTopic, 7n, { key: '' })])
    expect(letter?.key).toBe('feedback/0/7')
  })

  test('rejects outputs that no topic takes', async () => {
    const { hand } = await startProbe()
    const messages = await hand('huge', 'misfit', '')
    const reasons = ['output too large', 'bug: TypeError', 'bug: KeyMissing']
    expect(messages.map(reasonOf)).toEqual(reasons)
  })
})
