import { describe, expect, test } from 'vitest'
import { type Feedback, type Review, topics } from '#schemas'
import { checkMessage } from '../../adapters/kafka/records.ts'
import type { RawMessage } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { drop, emit, emitAll, message, reject } from '../../outcome.ts'
import { defineProcessor } from '../../processor.ts'
import { handBroker, rawRecord } from '../../testing/hand-broker.ts'
import { httpAnswer, jumpingClock, testSurroundings } from '../../testing/surroundings.ts'
import { parseTraceparent } from '../trace.ts'
import { wireProcessor } from './wire-processor.ts'

const { feedback, reviews } = topics
const codecTopic = feedback.name

interface World {
  readonly look: (ids: readonly string[]) => Promise<readonly string[]>
}

const probe = defineProcessor({
  service: 'curator',
  name: 'probe',
  input: feedback,
  outputs: [reviews],
  settings: {},
  gather: async (records, world: World) => world.look(records.map(({ value }) => value.requestId)),
  decide: ({ requestId: id }, { facts, nowMs }) => {
    if (id.startsWith('bug')) throw new TypeError(`quotes ${id}`)
    if (id === 'bad') return reject('bad')
    if (id === 'dull') return drop('dull')
    const review = { requestId: id, reason: `${facts} ${nowMs}` } as Review
    if (id === 'huge') return emit(reviews, { ...review, reason: 'x'.repeat(2_000_000) })
    if (id === 'misfit') return emit(reviews, { ...review, reason: 7 as unknown as string })
    const url = 'https://example.org/hook'
    const notice = { kind: 'notify', id: 'n', url, body: {} } as const
    const object = { kind: 'putObject', id: `o-${id}`, path: 'a/b', body: id } as const
    if (id === 'notice') return emitAll([message(reviews, review)], [notice, notice])
    if (id === 'object' || id === 'other') return emitAll([message(reviews, review)], [object])
    return emit(reviews, review)
  },
})

const honest: World = { look: async (ids) => ids.map((id) => `saw ${id}`) }

const started = async (
  world: World = honest,
  given: Parameters<typeof testSurroundings>[1] = {},
) => {
  const broker = handBroker()
  const surroundings = testSurroundings(broker, given)
  const running = await wireProcessor(probe, world).start(surroundings)
  const record = (id: string, offset = 0n, headers: Record<string, Buffer> = {}) =>
    rawRecord(codecTopic, offset, {
      value: surroundings.codec.encode(feedback, { requestId: id } as Feedback),
      headers,
    })
  const hand = (...ids: string[]) => broker.hand(ids.map((id, index) => record(id, BigInt(index))))
  const scrape = async () => (await surroundings.metrics.scrape()).body
  return { broker, surroundings, running, record, hand, scrape }
}

const never: RawMessage = { topic: '', key: '', value: null }

const reasonOf = ({ headers }: RawMessage) =>
  String(headers?.['__connect.errors.exception.message'])

describe('a processor', () => {
  test('gathers once a batch, decides each record and counts every end', async () => {
    const looks: number[] = []
    const world = {
      look: async (ids: readonly string[]) => {
        looks.push(ids.length)
        return ids
      },
    }
    const { hand, scrape, surroundings } = await started(world)
    const messages = await hand('a', 'bad', 'dull', 'bug')
    expect(looks).toEqual([4])
    expect(messages.map(({ topic }) => topic)).toEqual([
      'reviews',
      'curator.dead-letters',
      'curator.dead-letters',
    ])
    const [decoded] = await surroundings.codec.decode(reviews, [messages[0]?.value ?? null])
    expect(decoded).toMatchObject({ value: { requestId: 'a', reason: 'a 1000' } })
    expect(messages.slice(1).map(reasonOf)).toEqual(['bad', 'bug: TypeError'])
    const body = await scrape()
    for (const end of ['emit",reason=""', 'drop",reason="dull"', 'reject",reason="bad"'])
      expect(body).toContain(`service="curator",processor="probe",kind="${end}} 1`)
  })

  test('keeps a dead letter as it came, says where from, and quotes nothing', async () => {
    const { broker, record } = await started()
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
    const { broker, record } = await started()
    const fine = record('fine')
    const messages = await broker.hand([rawRecord(codecTopic, 1n, { value }), fine])
    expect(messages.map(({ topic }) => topic)).toEqual(['curator.dead-letters', 'reviews'])
    expect(messages.slice(0, 1).map(reasonOf)).toEqual([reason])
    expect(messages[0]?.headers?.['__connect.errors.stage']).toBe('VALUE_CONVERTER')
    expect(messages[0]?.value).toBe(value)
  })

  test('cuts a dead letter that is too large, and says so', async () => {
    const { broker } = await started()
    const value = Buffer.alloc(1_000_000, 'x')
    const [letter] = await broker.hand([rawRecord(codecTopic, 1n, { key: null, value })])
    expect(letter?.value?.byteLength).toBeLessThan(1_000_000)
    expect(letter?.key).toBe('feedback/0/1')
    expect(letter?.headers?.['flywheel.truncated.from.bytes']).toBe('1000000')
  })

  test('makes a dead letter that fits of any record', async () => {
    const { broker } = await started()
    const value = Buffer.alloc(900_000)
    const headers = { large: Buffer.alloc(900_000) }
    const [letter] = await broker.hand([
      rawRecord(codecTopic, 1n, { key: 'k'.repeat(900_000), value, headers }),
    ])
    expect(() => checkMessage(letter ?? never, 1_000_000)).not.toThrow()
    expect(letter?.headers?.['flywheel.left.out']).toBe('headers key')
  })

  test('gives a dead letter without a key the key of its place', async () => {
    const { broker } = await started()
    const [letter] = await broker.hand([rawRecord(codecTopic, 7n, { key: '' })])
    expect(letter?.key).toBe('feedback/0/7')
  })

  test('rejects outputs that no topic takes', async () => {
    const { hand } = await started()
    const messages = await hand('huge', 'misfit', '')
    const reasons = ['output too large', 'bug: TypeError', 'bug: KeyMissing']
    expect(messages.map(reasonOf)).toEqual(reasons)
  })

  test('narrows a bug of gather down to its record', async () => {
    const world = {
      look: async (ids: readonly string[]) => {
        if (ids.includes('b')) throw new RangeError('no b')
        return ids
      },
    }
    const { hand } = await started(world)
    const messages = await hand('a', 'b', 'c')
    expect(messages.map(({ topic }) => topic)).toEqual([
      'reviews',
      'curator.dead-letters',
      'reviews',
    ])
    expect(messages.slice(1, 2).map(reasonOf)).toEqual(['bug: RangeError'])
  })

  test('calls too few facts a bug', async () => {
    const { hand } = await started({ look: async () => [] })
    expect((await hand('a')).map(reasonOf)).toEqual(['bug: RangeError'])
  })

  test('waits for a dead neighbour, longer each time, and is not ready meanwhile', async () => {
    const clock = jumpingClock()
    let failures = 8
    const ready: boolean[] = []
    const world = {
      look: async (ids: readonly string[]) => {
        ready.push(running.ready())
        if (failures-- > 0) throw new Transient('down')
        return ids
      },
    }
    const { hand, running, scrape } = await started(world, { clock })
    expect(await hand('a')).toHaveLength(1)
    expect(clock.waitsMs).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    expect(ready.indexOf(false)).toBe(6)
    expect(running.ready()).toBe(true)
    const body = await scrape()
    expect(body).toContain('flywheel_retries_total{service="curator",processor="probe"} 8')
    expect(body).toContain('flywheel_paused{service="curator",processor="probe"} 0')
  })

  test('waits for the registry, and gives the batch back when it is told to stop', async () => {
    const stop = new AbortController()
    const { broker, record, surroundings, running } = await started()
    surroundings.codec.fail(new Transient('registry down'))
    const handed = broker.hand([record('a')], stop.signal)
    setTimeout(() => stop.abort(), 5)
    await expect(handed).rejects.toBeInstanceOf(Transient)
    await running.stop()
    await running.done
  })

  test('carries each delivery out once before it returns, and again after a failure', async () => {
    let answers = 0
    const answer = () => httpAnswer(answers++ === 0 ? 503 : 204)
    const { hand, surroundings } = await started(honest, { answer })
    expect(await hand('notice')).toHaveLength(1)
    expect(surroundings.asked).toHaveLength(2)
    expect(surroundings.asked[0]?.options.headers).toMatchObject({ 'idempotency-key': 'n' })
  })

  test('goes on when a webhook says no', async () => {
    const { hand, scrape } = await started(honest, { answer: () => httpAnswer(400) })
    expect((await hand('notice')).map(({ topic }) => topic)).toEqual(['reviews'])
    expect(await scrape()).toContain('kind="notify",result="refused"} 1')
  })

  test('sends a record whose object conflicts to dead letters, without its messages', async () => {
    const { hand, surroundings } = await started()
    expect((await hand('object')).map(({ topic }) => topic)).toEqual(['reviews'])
    expect((await hand('other')).map(reasonOf)).toEqual(['bug: ObjectConflict'])
    expect((await surroundings.objects().get('a/b')).toString()).toBe('object')
  })

  test('keeps the trace of its record under a new span', async () => {
    const { broker, record } = await started()
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const [sent] = await broker.hand([record('a', 3n, { traceparent: Buffer.from(parent) })])
    const [again] = await broker.hand([record('a', 3n, { traceparent: Buffer.from(parent) })])
    const context = parseTraceparent(String(sent?.headers?.['traceparent']))
    expect(context?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(context?.spanId).not.toBe('b7ad6b7169203331')
    expect(again?.headers).toEqual(sent?.headers)
  })

  test('stops for good past the ceiling of bugs, with nothing written', async () => {
    const { hand, running } = await started(honest, { environment: { BUGS_MAX: '2' } })
    expect(await hand('bug', 'bug')).toHaveLength(2)
    await expect(hand('bug')).rejects.toMatchObject({ name: 'TooManyBugs' })
    await expect(running.done).rejects.toMatchObject({ name: 'TooManyBugs' })
  })

  test('gives up waiting at once when the service stops', async () => {
    const service = new AbortController()
    const world: World = {
      look: async () => {
        service.abort()
        throw new Transient('down')
      },
    }
    const { hand } = await started(world, { signal: service.signal })
    await expect(hand('a')).rejects.toBeInstanceOf(Transient)
  })

  test('takes one record a key a batch where it says so', async () => {
    const broker = handBroker()
    const surroundings = testSurroundings(broker)
    await wireProcessor({ ...probe, oneRecordPerKey: true }, honest).start(surroundings)
    const of = (...keys: string[]) =>
      broker.cut(keys.map((key, index) => rawRecord(codecTopic, BigInt(index), { key })))
    expect([of('a'), of('a', 'b', 'a', 'c'), of('a', 'a'), of('a', 'b')]).toEqual([1, 2, 1, 2])
  })

  test('forgets bugs that are 100 records old', async () => {
    const { hand } = await started(honest, { environment: { BUGS_MAX: '1' } })
    await hand('bug')
    await hand(...Array.from({ length: 100 }, () => 'a'))
    expect(await hand('bug')).toHaveLength(1)
  })
})
