import { describe, expect, test } from 'vitest'
import { Transient } from '#kit'
import { type LogLine, memoryObjects, recordingLog } from '#kit/testing'
import type { ModelReference, Promotion } from '#schemas'
import { anArtifact, aPromotion } from '../testing/samples.ts'
import { championsBy } from './champions.ts'

const { bytes, reference } = anArtifact()

const scene = async (given: { readonly studentsMax?: number } = {}) => {
  const promotions = new Map<string, Promotion>()
  const lines: LogLine[] = []
  const store = memoryObjects()
  await store.put(reference.artifactUri, bytes)
  const state = { nowMs: 0, gets: 0, failure: undefined as Error | undefined }
  const gates: Promise<void>[] = []
  const objects = {
    get: async (path: string) => {
      state.gets++
      await gates.shift()
      if (state.failure !== undefined) throw state.failure
      return store.get(path)
    },
  }
  const champions = championsBy({
    promotions,
    objects,
    log: recordingLog(lines),
    nowMs: () => state.nowMs,
    studentsMax: given.studentsMax ?? 4,
    retryMs: 1000,
  })
  const promote = (champion: ModelReference) => promotions.set('mail', aPromotion(champion))
  return { champions, promote, lines, state, gates, store }
}

describe('champions', () => {
  test('are nobody before a promotion and after a return to production', async () => {
    const { champions, promote } = await scene()
    expect(await champions.of('mail')).toEqual({ kind: 'none' })
    promote({ ...reference, candidateId: 'production', kind: 'production' })
    expect(await champions.of('mail')).toEqual({ kind: 'none' })
    expect(champions.all()).toEqual([])
  })

  test('are loaded once, however many ask', async () => {
    const { champions, promote, state } = await scene()
    promote(reference)
    const asked = await Promise.all([1, 2, 3].map(() => champions.of('mail')))
    expect(asked.map(({ kind }) => kind)).toEqual(['loaded', 'loaded', 'loaded'])
    expect(state.gets).toBe(1)
  })

  test('leave the place to their predecessor until they are loaded', async () => {
    const { champions, promote, gates, store } = await scene()
    promote(reference)
    await champions.of('mail')
    const next = anArtifact({ candidateId: 'candidate-2', artifactUri: 'models/mail/2' })
    const other = Buffer.from(next.bytes)
    other.writeFloatLE(0.5, other.length - 4)
    const { sha256 } = await import('#kit')
    await store.put('models/mail/2', other)
    const gate = Promise.withResolvers<void>()
    gates.push(gate.promise)
    promote({ ...next.reference, artifactHash: sha256(other) })
    expect(await champions.of('mail')).toMatchObject({ reference: { candidateId: 'candidate-1' } })
    gate.resolve()
    await expect
      .poll(() => champions.of('mail'))
      .toMatchObject({ reference: { candidateId: 'candidate-2' } })
  })

  test('that do not match their hash never serve', async () => {
    const { champions, promote, lines } = await scene()
    promote({ ...reference, artifactHash: '00' })
    expect(await champions.of('mail')).toMatchObject({ kind: 'unavailable' })
    expect(lines).toMatchObject([{ level: 'error', candidateId: 'candidate-1' }])
  })

  test('of a kind that can not be served here are unavailable', async () => {
    const { champions, promote, state } = await scene()
    promote({ ...reference, kind: 'fine-tuned' })
    expect(await champions.of('mail')).toMatchObject({ kind: 'unavailable' })
    expect(state.gets).toBe(0)
  })

  test('are tried again after a while when the store was down', async () => {
    const { champions, promote, state } = await scene()
    promote(reference)
    state.failure = new Transient('down')
    expect((await champions.of('mail')).kind).toBe('unavailable')
    state.failure = undefined
    expect((await champions.of('mail')).kind).toBe('unavailable')
    expect(state.gets).toBe(1)
    state.nowMs = 1001
    expect((await champions.of('mail')).kind).toBe('loaded')
  })
})
