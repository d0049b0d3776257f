import { type Feedback, type Review, topics } from '#schemas'
import type { RawMessage } from '../broker.ts'
import { drop, emit, emitAll, message, reject } from '../outcome.ts'
import { defineProcessor } from '../processor.ts'
import { wireProcessor } from '../runtime/processor/wire-processor.ts'
import { handBroker, rawRecord } from './hand-broker.ts'
import { testSurroundings } from './surroundings.ts'

const { feedback, reviews } = topics
const codecTopic = feedback.name

/** What the probe's gather may look at. */
export interface ProbeWorld {
  readonly look: (ids: readonly string[]) => Promise<readonly string[]>
}

/** A processor that does what each record's id says. */
export const probe = defineProcessor({
  service: 'curator',
  name: 'probe',
  input: feedback,
  outputs: [reviews],
  settings: {},
  gather: async (records, world: ProbeWorld) =>
    world.look(records.map(({ value }) => value.requestId)),
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

/** A world that always answers. */
export const honest: ProbeWorld = { look: async (ids) => ids.map((id) => `saw ${id}`) }

/** The probe, running on a broker driven by hand. */
export const startProbe = async (
  world: ProbeWorld = honest,
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

/** The reason in a dead letter. */
export const reasonOf = ({ headers }: RawMessage) =>
  String(headers?.['__connect.errors.exception.message'])
