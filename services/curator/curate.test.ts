import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type Arrived, drop, reject } from '#kit'
import { given } from '#kit/testing'
import { type CuratedExample, type InferenceLog, type Review, topics } from '#schemas'
import { curate } from './curate.ts'
import { emittedIndex } from './emitted.ts'
import { aLog, aRequest, aResponse, arrivedAt, rulesBy } from './testing.ts'
import { fedIndex } from './world/emitted.ts'

const signal = new AbortController().signal
const rules = rulesBy(readFileSync(new URL('../../infra/curation.yaml', import.meta.url), 'utf8'))

const isExample = (value: CuratedExample | Review): value is CuratedExample =>
  'contentHash' in value

/** A curated topic in memory: each batch is gathered, decided and committed as the runtime would. */
const pipeline = (entriesMax = 1000, until: Readonly<Record<string, number>> = {}) => {
  const committed: CuratedExample[] = []
  const { index, take } = fedIndex({ entriesMax, likenessMin: 0.8 })
  let taken = 0
  const emitted = async () => {
    for (const example of committed.slice(taken)) take(example)
    taken = committed.length
    return index
  }
  const forgotten =
    async () =>
    (subject: string, ...timesMs: readonly number[]) =>
      Math.min(...timesMs) <= (until[subject] ?? Number.NEGATIVE_INFINITY)
  const world = { emitted, forgotten, rules }
  const batch = async (records: readonly Arrived<InferenceLog>[]): Promise<readonly string[]> => {
    const facts = await curate.gather?.(records, world, {}, signal)
    const outcomes = records.map((record, index) => {
      const fact = facts?.[index]
      if (fact === undefined) throw new Error('no facts')
      const { position } = record
      return curate.decide(record.value, {
        facts: fact,
        position,
        settings: {},
        nowMs: 0,
        headers: {},
      })
    })
    for (const outcome of outcomes) {
      if (outcome.kind === 'emit')
        committed.push(...outcome.messages.map(({ value }) => value).filter(isExample))
    }
    return outcomes.map((outcome) => (outcome.kind === 'emit' ? 'emit' : outcome.reason))
  }
  return { batch, committed }
}

const mail = (id: string, content = id, change: Partial<InferenceLog> = {}) =>
  aLog({ requestId: id, request: aRequest(content), ...change })

test('an example remembers where its log stood', async () => {
  const { batch, committed } = pipeline()
  await batch([arrivedAt(aLog(), 41n, 3)])
  expect(committed).toMatchObject([{ sourcePartition: 3, sourceOffset: 41, label: 'deliver' }])
})

test('a person who is forgotten leaves no trace, in the index neither; later calls count', async () => {
  const { batch } = pipeline(1000, { jane: 1000 })
  const of = (id: string, eventTimeMs: number) =>
    mail(id, 'same text', { subject: 'jane', eventTimeMs })
  const arrived = (record: ReturnType<typeof arrivedAt>, timestampMs: number) => ({
    ...record,
    timestampMs,
  })
  expect(
    await batch([
      arrived(arrivedAt(of('a', 1000), 0n), 5000),
      arrived(arrivedAt(of('b', 9000), 1n), 900),
      arrived(arrivedAt(of('c', 1001), 2n), 5000),
    ]),
  ).toEqual(['subject forgotten', 'subject forgotten', 'emit'])
})

test('what does not parse is rejected, what came before is dropped', () => {
  const log = aLog()
  const broken = { facts: { prepared: reject('request does not parse'), seen: 'new' } } as const
  expect(given(curate, broken).when(log)).toEqual(reject('request does not parse'))
  const near = { asked: '', answered: '', choice: '' }
  const example = { kind: 'example', example: {} as CuratedExample, near } as const
  const repeat = { facts: { prepared: example, seen: 'repeat' } } as const
  expect(given(curate, repeat).when(log)).toEqual(drop('repeat'))
})

describe('a duplicate', () => {
  test('has request and answer of an earlier record, in the batch or before it', async () => {
    const { batch } = pipeline()
    const first = arrivedAt(mail('a', 'same text'), 0n)
    const mate = arrivedAt(mail('b', 'same  text '), 1n)
    expect(await batch([first, mate])).toEqual(['emit', 'duplicate'])
    expect(await batch([arrivedAt(mail('c', 'same text'), 2n)])).toEqual(['duplicate'])
    const otherPartition = arrivedAt(mail('d', 'same text'), 0n, 1)
    expect(await batch([otherPartition])).toEqual(['duplicate'])
  })

  test('is none with another answer, workload or class of source', async () => {
    const { batch } = pipeline()
    const variants = [
      mail('a', 'x'),
      mail('b', 'x', { response: aResponse('quarantine') }),
      mail('c', 'x', { workload: 'other' }),
      mail('d', 'x', { servedBy: 'student:1' }),
      mail('e', 'x', { servedBy: 'student:2' }),
    ]
    const records = variants.map((log, index) => arrivedAt(log, BigInt(index)))
    expect(await batch(records)).toEqual(['emit', 'emit', 'emit', 'emit', 'duplicate'])
  })

  test('is no record that was emitted, committed and then replayed', async () => {
    const { batch } = pipeline()
    const records = [arrivedAt(mail('a'), 0n), arrivedAt(mail('b'), 1n)]
    expect(await batch(records)).toEqual(['emit', 'emit'])
    expect(await batch(records)).toEqual(['emit', 'emit'])
  })

  test('does not count against a record that was itself filtered', async () => {
    const { batch } = pipeline()
    const failed = arrivedAt(mail('a', 'x', { status: 500 }), 0n)
    expect(await batch([failed, arrivedAt(mail('b', 'x'), 1n)])).toEqual(['failed call', 'emit'])
  })
})

describe('batches of two partitions at the same time', () => {
  const [one, other] = [arrivedAt(mail('a', 'same'), 7n, 0), arrivedAt(mail('b', 'same'), 3n, 1)]

  test('see each other: one of two like records is emitted', async () => {
    const { batch } = pipeline()
    const outcomes = await Promise.all([batch([one]), batch([other])])
    expect(outcomes.flat().sort()).toEqual(['duplicate', 'emit'])
  })

  test('lose nothing when the one that was emitted fails to commit and comes again', async () => {
    const { batch, committed } = pipeline()
    expect(await batch([one])).toEqual(['emit'])
    committed.length = 0
    expect(await batch([other])).toEqual(['duplicate'])
    expect(await batch([one])).toEqual(['emit'])
    expect(committed.map(({ requestId }) => requestId)).toEqual(['a'])
  })
})

test('a request id that comes again is a repeat, whatever it carries', async () => {
  const { batch } = pipeline()
  expect(await batch([arrivedAt(mail('a', 'one'), 0n), arrivedAt(mail('a', 'two'), 1n)])).toEqual([
    'emit',
    'repeat',
  ])
  expect(await batch([arrivedAt(mail('a', 'three'), 2n)])).toEqual(['repeat'])
})

const logs = fc.array(fc.record({ id: fc.nat(5), content: fc.nat(5), broken: fc.boolean() }), {
  maxLength: 30,
})
property.prop([logs, fc.array(fc.nat(7), { minLength: 30, maxLength: 30 })])(
  'however the stream is cut into batches, and replayed, each record ends in the same way',
  async (stream, cuts) => {
    const records = stream.map(({ id, content, broken }, index) => {
      const log = mail(`r${id}`, `content ${content}`, broken ? { status: 500 } : {})
      return arrivedAt(log, BigInt(index))
    })
    const [whole, inPieces] = [pipeline(), pipeline()]
    const expected = await whole.batch(records)
    const outcomes: string[] = []
    for (let from = 0, cut = 0; from < records.length; cut += 1) {
      const piece = records.slice(from, from + 1 + (cuts[cut] ?? 0))
      outcomes.push(...(await inPieces.batch(piece)))
      from += piece.length
    }
    expect(outcomes).toEqual(expected)
    expect(await inPieces.batch(records)).toEqual(expected)
    const kept = whole.committed.map((example) => example.contentHash)
    expect(new Set(kept).size).toBe(kept.length)
  },
)

test('the index keeps what was used last, within its bound', () => {
  const index = emittedIndex(2)
  const at = (offset: bigint) => ({ partition: 0, offset })
  index.add('a', 'A', at(0n))
  index.add('b', 'B', at(1n))
  index.request('a')
  index.add('c', 'C', at(2n))
  expect([index.request('a'), index.request('b'), index.request('c')]).toEqual([
    at(0n),
    undefined,
    at(2n),
  ])
})

test('what a person should judge goes to reviews with the example as evidence, and is not emitted', () => {
  const example = { requestId: 'r1', workload: 'w', eventTimeMs: 7 } as CuratedExample
  const prepared = { kind: 'review', example, reason: 'refused' } as const
  const outcome = given(curate, { facts: { prepared, seen: 'new' } }).when(aLog())
  if (outcome.kind !== 'emit') throw new Error(outcome.reason)
  expect(outcome.messages.map(({ topic }) => topic)).toEqual([topics.reviews])
  const [review] = outcome.messages.map(({ value }) => value as Review)
  expect(review).toMatchObject({ requestId: 'r1', reason: 'refused', source: 'curator' })
  expect(JSON.parse(review?.evidence ?? '')).toMatchObject({ workload: 'w', sourcePartition: 0 })
})
