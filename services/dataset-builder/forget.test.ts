import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type Delivery, type Message, type ObjectStore, sha256 } from '#kit'
import { givenTimer, memoryObjects } from '#kit/testing'
import type { DatasetVersion, SubjectForgotten, topics } from '#schemas'
import { forget } from './forget.ts'
import { rewrite } from './rewrite.ts'
import { aCut, anOutline, materialOf } from './testing.ts'
import { type Built, versionOf } from './version.ts'
import { storedVersions } from './world/stored-versions.ts'

const signal = new AbortController().signal

/** A version of some people's mails, the latest 1,000 ms after the first. */
const versionOfPeople = (people: readonly string[], from = 0): Built => {
  const rows = people.map((subject, index) => ({
    row: anOutline({
      requestId: `r${from + index}`,
      requestHash: `h${from + index}`,
      offset: from + index,
      eventTimeMs: 1000 + from + index,
      label: index % 2 === 0 ? 'deliver' : 'quarantine',
      subject,
    }),
    content: `mail of ${subject} number ${(from + index).toString(36).repeat(8)}`,
  }))
  const built = versionOf(materialOf(rows), aCut, 7)
  if (built === undefined) throw new Error('nothing built')
  return built
}

const rankOf = ({ kind }: Delivery): number => (kind === 'removeObject' ? 1 : 0)

const carry = async (delivery: Delivery, objects: ObjectStore): Promise<void> => {
  if (delivery.kind === 'putObject') await objects.put(delivery.path, delivery.body)
  else if (delivery.kind === 'removeObject') await objects.remove(delivery.path)
  else throw new Error(delivery.kind)
}

/** The object store, the topics and the timer, tick after tick. */
const scene = () => {
  const objects = memoryObjects()
  const people = new Map<string, SubjectForgotten>()
  const published: DatasetVersion[] = []
  const latest = { waitForLatest: async () => {} }
  const world = () =>
    storedVersions({
      objects,
      people: { ...latest, get: (key) => people.get(key), values: () => people.values() },
      versions: {
        ...latest,
        get: (workload) => published.findLast((version) => version.workload === workload),
      },
    })
  const living = world()
  const publish = async ({ version, objects: files }: Built): Promise<void> => {
    for (const { path, body } of files) await objects.put(path, body)
    published.push(version)
  }
  const tick = async (
    tickMs: number,
    { restarted = false, diesAfter = Number.POSITIVE_INFINITY } = {},
  ): Promise<readonly Message<typeof topics.trainingReady>[]> => {
    const facts = await (restarted ? world() : living).affected(4, signal)
    const { messages, deliveries } = givenTimer(forget, { facts }).at(tickMs)
    const inOrder = deliveries.toSorted((left, right) => rankOf(left) - rankOf(right))
    for (const delivery of inOrder.slice(0, diesAfter)) await carry(delivery, objects)
    if (diesAfter < inOrder.length) return []
    published.push(...messages.map(({ value }) => value))
    return messages
  }
  const ask = (subject: string, requestedAtMs = 1_000_000): void => {
    people.set(subject, { subject, requestedAtMs, actor: '' })
  }
  const everything = async (): Promise<string> => {
    const paths = (await objects.list('')).filter((path) => path.endsWith('.jsonl'))
    return (await Promise.all(paths.map((path) => objects.get(path)))).join('')
  }
  return { objects, publish, published, tick, ask, everything }
}

const crowd = Array.from({ length: 60 }, (_, index) => ['jane', 'john', 'joan'][index % 3] ?? '')

describe('a version that holds a forgotten person', () => {
  test('is published anew without them, and then loses its files but for manifest and receipt', async () => {
    const { objects, publish, published, tick, ask, everything } = scene()
    const old = versionOfPeople(crowd)
    await publish(old)
    expect(await tick(10)).toEqual([])
    ask('jane')
    const [record] = await tick(20)
    expect(record?.value).toMatchObject({
      workload: 'mail-triage',
      cause: 'forgotten',
      previousVersion: old.version.datasetVersion,
      offsets: old.version.offsets,
      filtered: { 'subject forgotten': 20 },
      sources: { production: 40 },
      createdAtMs: 20,
    })
    expect(record?.value.datasetVersion).not.toBe(old.version.datasetVersion)
    for (const file of record?.value.files ?? [])
      expect(sha256(await objects.get(file.path))).toBe(file.sha256)
    expect(await everything()).toContain('"subject":"jane"')

    expect(await tick(30)).toEqual([])
    expect(await everything()).not.toContain('jane')
    expect((await everything()).match(/"subject":"(john|joan)"/g)).toHaveLength(40)
    const folder = `datasets/mail-triage/${old.version.contentHash.slice(0, 12)}`
    const [receipt = '', manifest, ...rest] = await objects.list(folder)
    expect([manifest, rest]).toEqual([`${folder}/manifest.json`, []])
    const said = JSON.parse((await objects.get(receipt)).toString())
    expect(said).toMatchObject({
      datasetVersion: old.version.datasetVersion,
      rewrittenAs: record?.value.datasetVersion,
      subjects: ['jane'],
      examplesRemoved: 20,
    })
    const oldHashes = old.version.files.map(({ path, sha256: hash }) => [path, hash]).sort()
    const removed = said.filesRemoved as { path: string; sha256: string }[]
    expect(removed.map(({ path, sha256: hash }) => [path, hash]).sort()).toEqual(oldHashes)

    const before = await objects.list('')
    expect(await tick(40, { restarted: true })).toEqual([])
    expect([await objects.list(''), published.length]).toEqual([before, 2])
  })

  test('that is not the newest is rewritten in the store alone', async () => {
    const { objects, publish, tick, ask, everything } = scene()
    await publish(versionOfPeople(crowd))
    await publish(
      versionOfPeople(
        ['john', 'joan'].flatMap((who) => Array(20).fill(who)),
        500,
      ),
    )
    ask('jane')
    expect(await tick(20)).toEqual([])
    expect(await everything()).not.toContain('jane')
    expect((await objects.list('')).filter((path) => path.endsWith('manifest.json'))).toHaveLength(
      3,
    )
  })

  test('of nobody else is removed without a successor', async () => {
    const { objects, publish, tick, ask, everything } = scene()
    await publish(versionOfPeople(Array(20).fill('jane')))
    ask('jane')
    expect(await tick(20)).toEqual([])
    expect(await everything()).toBe('')
    const [receipt = ''] = await objects.list('')
    expect(JSON.parse((await objects.get(receipt)).toString())).toMatchObject({ rewrittenAs: '' })
  })

  test('keeps what came after the request', async () => {
    const { publish, tick, ask, everything } = scene()
    await publish(versionOfPeople(Array(40).fill('jane')))
    ask('jane', 1009)
    await tick(20)
    await tick(30)
    expect((await everything()).match(/"subject":"jane"/g)).toHaveLength(30)
  })

  test('ends the same wherever a crash cuts in', async () => {
    const end = async (diesAfter: number, ticks: number) => {
      const { objects, publish, published, tick, ask, everything } = scene()
      await publish(versionOfPeople(crowd))
      ask('jane')
      for (let at = 1; at < ticks; at += 1) await tick(20)
      await tick(20, { diesAfter })
      for (let at = 0; at < 3; at += 1) await tick(20, { restarted: true })
      expect(await everything()).not.toContain('jane')
      return [await objects.list(''), published]
    }
    const whole = await end(Number.POSITIVE_INFINITY, 1)
    for (let cut = 0; cut < 8; cut += 1) {
      expect(await end(cut, 1)).toEqual(whole)
      expect(await end(cut, 2)).toEqual(whole)
    }
  })
})

const line = fc.record({
  subject: fc.constantFrom('', 'jane', 'john', 'joan'),
  eventTimeMs: fc.nat(20),
  label: fc.string({ unit: 'binary', maxLength: 5 }),
  split: fc.constantFrom('train', 'validation', 'test'),
  content: fc.string({ unit: 'binary', maxLength: 20 }),
})
const requests = fc.dictionary(fc.constantFrom('', 'jane', 'john'), fc.nat(20), {
  noNullPrototype: true,
})
property.prop([fc.array(line, { maxLength: 40 }), requests])(
  'of any files all lines of forgotten people go, and only those, the rest byte for byte',
  (lines, until) => {
    const textOf = ({ split: _, content, ...metadata }: (typeof lines)[number]): string =>
      `${JSON.stringify({ messages: [{ role: 'user', content }], metadata })}\n`
    const textsOf = (some: typeof lines) =>
      Object.fromEntries(
        ['train', 'validation', 'test'].map((split) => [
          split,
          some
            .filter((each) => each.split === split)
            .map(textOf)
            .join(''),
        ]),
      )
    const isForgotten = (subject: string, ms: number): boolean => ms <= (until[subject] ?? -1)
    const kept = lines.filter(
      ({ subject, eventTimeMs }) => subject === '' || !isForgotten(subject, eventTimeMs),
    )
    const version = { workload: 'w', seed: 1 }
    const { files, removed, made } = rewrite(version, textsOf(lines), isForgotten)
    expect(Object.fromEntries(files.map(({ split, body }) => [split, body]))).toEqual(textsOf(kept))
    expect(removed).toBe(lines.length - kept.length)
    const counted = Object.values(made?.content.labels ?? {}).reduce((sum, count) => sum + count, 0)
    if (made !== undefined) expect(counted).toBe(kept.length)
    const again = rewrite(version, textsOf(kept), isForgotten)
    expect(again).toEqual({ files, made, removed: 0, subjects: [] })
  },
)
