import { describe, expect, onTestFinished, test } from 'vitest'
import { type Candidate, type Command, type Promotion, topics } from '#schemas'
import { emit } from '../outcome.ts'
import { defineProcessor, defineTimer } from '../processor.ts'
import { wire } from '../runtime/wire.ts'
import { integer } from '../settings.ts'
import { runOnMemory } from './run-on-memory.ts'

interface World {
  readonly revision: (workload: string) => Promise<number>
}

/** Counts revisions: each decision depends on the last one of its workload. */
const count = defineProcessor({
  service: 'promoter',
  name: 'count',
  input: topics.candidates,
  outputs: [topics.promotions],
  settings: {},
  oneRecordPerKey: true,
  gather: (records, world: World) =>
    Promise.all(records.map(({ value }) => world.revision(value.workload))),
  decide: ({ workload }, { facts }) =>
    emit(topics.promotions, { workload, revision: facts + 1 } as Promotion),
})

const tick = defineTimer({
  service: 'promoter',
  name: 'tick',
  owner: topics.candidates,
  outputs: [topics.promoterCommands],
  settings: { intervalMs: integer('TICK_INTERVAL_MS', 20, 'Ticks.') },
  intervalMs: ({ intervalMs }) => intervalMs,
  gather: async () => undefined,
  decide: ({ tickMs }) =>
    emit(topics.promoterCommands, { commandId: String(tickMs), workload: 'w' } as Command),
})

describe('a service on Kafka in memory', () => {
  test('decides each key on the facts of its last decision', async () => {
    const service = await runOnMemory(
      'promoter',
      async (outside) => {
        const view = await outside.view(topics.promotions, { boundEntries: 100 })
        const revision = async (workload: string) => {
          await view.waitForLatest()
          return view.get(workload)?.revision ?? 0
        }
        return [wire(count, { revision })]
      },
      { partitions: 2 },
    )
    onTestFinished(() => service.stop())
    const workloads = ['a', 'a', 'b', 'a', 'b', 'c']
    await service.put(
      topics.candidates,
      ...workloads.map((workload) => ({ workload, candidateId: 'x' }) as Candidate),
    )
    const promotions = await service.seen(topics.promotions, workloads.length)
    const revisions = (of: string) =>
      promotions.filter(({ workload }) => workload === of).map(({ revision }) => revision)
    expect([revisions('a'), revisions('b'), revisions('c')]).toEqual([[1, 2, 3], [1, 2], [1]])
  })

  test('sends poison to dead letters and moves on', async () => {
    const world = { revision: async () => 0 }
    const service = await runOnMemory('promoter', async () => [wire(count, world)])
    onTestFinished(() => service.stop())
    await service.putRaw('candidates', 'k', Buffer.from('not avro'))
    await service.putRaw('candidates', 'k', null)
    await service.put(topics.candidates, { workload: 'a' } as Candidate)
    expect(await service.seen(topics.promotions, 1)).toMatchObject([{ workload: 'a' }])
    const letters = await service.deadLetters(2)
    expect(letters.map(({ reason }) => reason)).toEqual(['not avro', 'no value'])
  })

  test('ticks by itself', async () => {
    const service = await runOnMemory('promoter', async () => [wire(tick, undefined)])
    onTestFinished(() => service.stop())
    const commands = await service.seen(topics.promoterCommands, 3)
    const times = commands.map(({ commandId }) => Number(commandId))
    expect(times.every((ms) => ms % 20 === 0)).toBe(true)
    expect(new Set(times).size).toBe(times.length)
  })
})
