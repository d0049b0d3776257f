import { describe, expect, test } from 'vitest'
import { topics } from '#schemas'
import { redriveHeaders } from '../../redriven.ts'
import { handBroker, rawRecord } from '../../testing/hand-broker.ts'
import { honest, probe, reasonOf, startProbe } from '../../testing/probe.ts'
import { testSurroundings } from '../../testing/surroundings.ts'
import { parseTraceparent } from '../trace.ts'
import { wireProcessor } from './wire-processor.ts'

const { reviews } = topics
const codecTopic = topics.feedback.name

describe('a processor', () => {
  test('gathers once a batch, decides each record and counts every end', async () => {
    const looks: number[] = []
    const world = {
      look: async (ids: readonly string[]) => {
        looks.push(ids.length)
        return ids
      },
    }
    const { hand, scrape, surroundings } = await startProbe(world)
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

  test('narrows a bug of gather down to its record', async () => {
    const world = {
      look: async (ids: readonly string[]) => {
        if (ids.includes('b')) throw new RangeError('no b')
        return ids
      },
    }
    const { hand } = await startProbe(world)
    const messages = await hand('a', 'b', 'c')
    expect(messages.map(({ topic }) => topic)).toEqual([
      'reviews',
      'curator.dead-letters',
      'reviews',
    ])
    expect(messages.slice(1, 2).map(reasonOf)).toEqual(['bug: RangeError'])
  })

  test('calls too few facts a bug', async () => {
    const { hand } = await startProbe({ look: async () => [] })
    expect((await hand('a')).map(reasonOf)).toEqual(['bug: RangeError'])
  })

  test('keeps the trace of its record under a new span', async () => {
    const { broker, record } = await startProbe()
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const [sent] = await broker.hand([record('a', 3n, { traceparent: Buffer.from(parent) })])
    const [again] = await broker.hand([record('a', 3n, { traceparent: Buffer.from(parent) })])
    const context = parseTraceparent(String(sent?.headers?.['traceparent']))
    expect(context?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(context?.spanId).not.toBe('b7ad6b7169203331')
    expect(again?.headers).toEqual(sent?.headers)
  })

  test('stops for good past the ceiling of bugs, with nothing written', async () => {
    const { hand, running } = await startProbe(honest, { environment: { BUGS_MAX: '2' } })
    expect(await hand('bug', 'bug')).toHaveLength(2)
    await expect(hand('bug')).rejects.toMatchObject({ name: 'TooManyBugs' })
    await expect(running.done).rejects.toMatchObject({ name: 'TooManyBugs' })
  })

  test('takes what was sent back from dead letters for it, and leaves alone what was sent back for another', async () => {
    const { broker, record, scrape } = await startProbe()
    const sentBackFor = (name: string) => ({ [redriveHeaders.for]: Buffer.from(name) })
    const messages = await broker.hand([
      record('a', 0n, sentBackFor('curator.probe')),
      record('b', 1n, sentBackFor('log-sink.store')),
      record('bad', 2n, sentBackFor('log-sink.store')),
    ])
    expect(messages.map(({ topic, key }) => [topic, String(key)])).toEqual([['reviews', 'a']])
    expect(await scrape()).toContain('kind="drop",reason="redriven for another"} 2')
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
    const { hand } = await startProbe(honest, { environment: { BUGS_MAX: '1' } })
    await hand('bug')
    await hand(...Array.from({ length: 100 }, () => 'a'))
    expect(await hand('bug')).toHaveLength(1)
  })
})
