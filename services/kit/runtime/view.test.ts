import { describe, expect, test } from 'vitest'
import { type Promotion, topics } from '#schemas'
import { Transient } from '../errors.ts'
import { redriveHeaders } from '../redriven.ts'
import { handBroker, rawRecord } from '../testing/hand-broker.ts'
import { testSurroundings } from '../testing/surroundings.ts'
import { livingView } from './view.ts'

const { promotions } = topics

const started = async (
  boundEntries = 10,
  keep: (value: Promotion) => Promotion | undefined = (value) => value,
) => {
  const broker = handBroker()
  const surroundings = testSurroundings(broker)
  const living = livingView(promotions, { boundEntries, keep })
  const ready = living.view.ready()
  await living.start(surroundings)
  const entry = (key: string, revision: number | undefined, offset: bigint) =>
    rawRecord(promotions.name, offset, {
      key,
      value:
        revision === undefined
          ? null
          : surroundings.codec.encode(promotions, { workload: key, revision } as Promotion),
    })
  return { broker, surroundings, living, entry, ready }
}

describe('a view', () => {
  test('holds the last value of each key, and forgets at a tombstone', async () => {
    const { broker, living, entry, ready } = await started()
    await broker.publish([entry('a', 1, 0n), entry('b', 1, 1n), entry('a', 2, 2n)])
    await broker.publish([entry('b', undefined, 3n)])
    expect(living.view.get('a')?.revision).toBe(2)
    expect(living.view.get('b')).toBeUndefined()
    expect([...living.view.values()]).toHaveLength(1)
    expect([ready, living.view.ready()]).toEqual([false, true])
  })

  test('holds what is to be kept of a value, or nothing of it', async () => {
    const keep = (value: Promotion) =>
      value.revision > 1 ? { ...value, workload: 'small' } : undefined
    const { broker, living, entry } = await started(10, keep)
    await broker.publish([entry('a', 2, 0n), entry('b', 1, 1n), entry('c', 3, 2n)])
    await broker.publish([entry('c', 1, 3n)])
    expect([...living.view.values()]).toMatchObject([{ revision: 2, workload: 'small' }])
  })

  test('takes a record that was sent back from dead letters only where it knows nothing of its key', async () => {
    const { broker, living, entry } = await started()
    const sentBack = (key: string, revision: number, offset: bigint) => ({
      ...entry(key, revision, offset),
      headers: { [redriveHeaders.for]: Buffer.from('log-sink.store') },
    })
    await broker.publish([entry('a', 2, 0n), sentBack('a', 1, 1n), sentBack('b', 1, 2n)])
    expect(living.view.get('a')?.revision).toBe(2)
    expect(living.view.get('b')?.revision).toBe(1)
  })

  test('counts what it can not read and goes on', async () => {
    const { broker, living, entry, surroundings } = await started()
    const rubbish = rawRecord(promotions.name, 0n, { value: Buffer.from('rubbish') })
    await broker.publish([rubbish, entry('a', 1, 1n)])
    expect(living.view.get('a')?.revision).toBe(1)
    const { body } = await surroundings.metrics.scrape()
    expect(body).toContain('flywheel_view_skipped_total{service="test",topic="promotions"} 1')
  })

  test('says when it outgrew its bound', async () => {
    const { broker, entry, surroundings, living } = await started(1)
    await broker.publish([entry('a', 1, 0n), entry('b', 1, 1n)])
    expect([...living.view.values()]).toHaveLength(2)
    const { body } = await surroundings.metrics.scrape()
    expect(body).toContain('flywheel_view_over_bound{service="test",topic="promotions"} 1')
  })

  test('waits for the registry', async () => {
    const { broker, entry, surroundings, living } = await started()
    surroundings.codec.fail(new Transient('down'))
    const published = broker.publish([entry('a', 1, 0n)])
    setImmediate(() => surroundings.codec.fail(undefined))
    await published
    expect(living.view.get('a')?.revision).toBe(1)
  })

  test('can not be read before its service started', async () => {
    const { view } = livingView(promotions, { boundEntries: 1 })
    await expect(view.waitForLatest()).rejects.toThrow('before its service started')
  })
})
