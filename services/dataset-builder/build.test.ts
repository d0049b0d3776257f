import { expect, test } from 'vitest'
import { readSettings } from '#kit'
import type { DatasetVersion, RetrainTrigger } from '#schemas'
import { build, type Window, type World } from './build.ts'
import type { HumanAnswer, Outline } from './select.ts'
import { aLabel, anOutline, aTrigger, bodiesOf } from './testing.ts'

interface Scene {
  rows: (Outline & { readonly arrivedAtMs: number })[]
  humans: HumanAnswer[]
  versions: DatasetVersion[]
  trigger: RetrainTrigger | undefined
  bodiesRead: number
}

/** The outside in memory, by the same rules as the tables: a row counts below the offset vector. */
const worldOf = (scene: Scene): World => {
  const rowsIn = ({ fromMs }: Window) => scene.rows.filter((row) => row.eventTimeMs >= fromMs)
  const last = () => scene.versions.at(-1)
  return {
    latest: async () => {},
    versions: () => scene.versions.slice(-1),
    trigger: () => scene.trigger,
    isForgotten: () => false,
    tables: {
      offsets: async () =>
        scene.rows.length === 0 ? [] : [{ partition: 0, offset: scene.rows.length }],
      arrivals: async () => {
        const floor = last()?.offsets[0]?.offset ?? 0
        const fresh = scene.rows.slice(floor)
        const times = scene.rows.map(({ arrivedAtMs }) => arrivedAtMs)
        return [
          {
            workload: 'mail-triage',
            freshRows: fresh.length,
            newestMs: Math.max(...times),
            oldestFreshMs: fresh[0]?.arrivedAtMs ?? 0,
          },
        ]
      },
      outlines: async (window) => rowsIn(window),
      humanAnswers: async () => scene.humans,
      bodies: async (window) => {
        scene.bodiesRead += 1
        return new Map(
          rowsIn(window).map(({ offset, label }) => [
            `0/${offset}`,
            bodiesOf(`mail number n${offset}`, label),
          ]),
        )
      },
      published: async () => ({
        contentHashes: new Set(scene.versions.map(({ contentHash }) => contentHash)),
        triggerIds: new Set(scene.versions.map(({ triggerId }) => triggerId)),
      }),
    },
  }
}

const defaults = readSettings(build.settings, {})
const settings = { ...defaults, examplesMin: 20, triggerExamplesMin: 10, quietMs: 1000 }

const tick = async (scene: Scene, tickMs: number): Promise<readonly DatasetVersion[]> => {
  const facts = await build.gather(tickMs, worldOf(scene), settings, new AbortController().signal)
  const { messages } = build.decide({ tickMs, facts, settings })
  const versions = messages.map(({ value }) => value)
  scene.versions.push(...versions)
  return versions
}
const sceneOf = (): Scene => ({
  rows: [],
  humans: [],
  versions: [],
  trigger: undefined,
  bodiesRead: 0,
})
const arrive = (scene: Scene, count: number, atMs: number, change: Partial<Outline> = {}): void => {
  for (let index = 0; index < count; index += 1) {
    const offset = scene.rows.length
    const ids = { requestId: `r${offset}`, requestHash: `h${offset}` }
    const row = anOutline({ ...ids, offset, eventTimeMs: atMs, ...change })
    scene.rows.push({ ...row, arrivedAtMs: atMs })
  }
}

test('a version is built once enough has come and it is quiet, and not again for the same content', async () => {
  const scene = sceneOf()
  expect(await tick(scene, 1000)).toEqual([])
  arrive(scene, 19, 2000)
  expect(await tick(scene, 9000)).toEqual([])
  arrive(scene, 11, 9500)
  expect(await tick(scene, 10_000)).toEqual([])
  const [version] = await tick(scene, 11_000)
  expect(version).toMatchObject({ cause: 'volume', triggerId: '', sources: { production: 30 } })
  expect(await tick(scene, 12_000)).toEqual([])
  expect(scene.bodiesRead).toBe(1)
})

test('a trigger waits for fresh data, then takes its window only, and is answered once', async () => {
  const scene = sceneOf()
  arrive(scene, 30, 2000)
  const [first] = await tick(scene, 4000)
  scene.trigger = aTrigger({ windowFromMs: 5000, createdAtMs: 5000 })
  expect(await tick(scene, 6000)).toEqual([])
  arrive(scene, 40, 7000, { servedBy: 'student:a' })
  expect(await tick(scene, 9000)).toEqual([])
  scene.humans = scene.rows
    .slice(30, 45)
    .map(({ requestId }) => aLabel(requestId, 'quarantine', 9500))
  const [second] = await tick(scene, 10_000)
  expect(second).toMatchObject({
    cause: 'drift',
    triggerId: 't1',
    sources: { human: 15 },
    labels: { quarantine: 15 },
    filtered: { 'own answer': 25 },
    previousVersion: first?.datasetVersion,
    windowFromMs: 7000,
  })
  expect(await tick(scene, 11_000)).toEqual([])
  arrive(scene, 25, 12_000)
  expect(await tick(scene, 14_000)).toMatchObject([{ cause: 'volume', triggerId: '' }])
  expect(await tick(scene, 15_000)).toEqual([])
})

test('while a trigger waits, volume builds nothing', async () => {
  const scene = sceneOf()
  arrive(scene, 30, 2000)
  scene.trigger = aTrigger({ windowFromMs: 5000 })
  expect(await tick(scene, 4000)).toEqual([])
  scene.trigger = undefined
  expect(await tick(scene, 5000)).toHaveLength(1)
})

test('what it puts is named by content: a tick that is repeated writes the same objects', async () => {
  const scene = sceneOf()
  arrive(scene, 30, 2000)
  const facts = await build.gather(4000, worldOf(scene), settings, new AbortController().signal)
  const [one, other] = [4000, 6000].map((tickMs) => build.decide({ tickMs, facts, settings }))
  expect(one?.deliveries).toHaveLength(4)
  expect(other?.deliveries).toEqual(one?.deliveries)
})
