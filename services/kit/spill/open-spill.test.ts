import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileLayer } from '../adapters/files/index.ts'
import { StartFault } from '../errors.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import { openSpill } from './open-spill.ts'
import type { Spill, SpillOptions } from './spill.ts'
import { keyed, keysOf, temporaryFolder } from './testing.ts'

/** A clock whose waits end by a signal alone: no heart beats in these tests unless `look` makes it. */
const stillClock: Clock = {
  nowMs: () => systemClock.nowMs(),
  wait: (_ms, signal) =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve(), { once: true })
    }),
}

const opening = async (folder: string, given: Partial<SpillOptions> = {}) => {
  const lost: [number, string][] = []
  const spill = openSpill({
    files: fileLayer,
    clock: stillClock,
    folder,
    bytesMax: 1_000_000,
    ageMaxMs: 60_000,
    lost: (records, because) => lost.push([records, because]),
    complain: (error) => {
      throw error
    },
    ...given,
  })
  let found = 0
  await spill.start(() => {
    found += 1
  })
  onTestFinished(() => spill.close())
  return { spill, lost, found: () => found }
}

const drain = async (spill: Spill): Promise<string[]> => {
  const keys: string[] = []
  for (;;) {
    const some = await spill.oldest(10)
    if (some.length === 0) return keys
    keys.push(...keysOf(some))
    await spill.took(some.length)
  }
}

const claims = async (folder: string) =>
  (await readdir(folder)).filter((name) => name !== 'writable')

/** Makes the folders in it look as if their owners had died. */
const age = async (folder: string) => {
  const long = new Date(Date.now() - 60_000)
  for (const name of await claims(folder)) await utimes(join(folder, name, 'alive'), long, long)
}

describe('a spill', () => {
  test('keeps a folder for its owner alone, and none once it is empty', async () => {
    const folder = join(await temporaryFolder(), 'deep', 'queue')
    const { spill } = await opening(folder)
    await spill.keep([keyed('a')])
    const [name = ''] = await claims(folder)
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700)
    expect(await drain(spill)).toEqual(['a'])
    await spill.close()
    expect(await claims(folder)).toEqual([])
  })

  test('leaves what it has to the next process, which sends it before its own', async () => {
    const folder = await temporaryFolder()
    const first = await opening(folder)
    await first.spill.keep([keyed('a'), keyed('b')])
    await first.spill.close()
    const second = await opening(folder)
    expect(second.found()).toBe(1)
    await second.spill.keep([keyed('c')])
    expect(await drain(second.spill)).toEqual(['a', 'b', 'c'])
    await second.spill.close()
    expect(await claims(folder)).toEqual([])
  })

  test('leaves the folder of a living process alone, and takes that of a dead one', async () => {
    const folder = await temporaryFolder()
    const other = await opening(folder)
    await other.spill.keep([keyed('a')])
    const early = await opening(folder)
    expect([early.found(), await drain(early.spill)]).toEqual([0, []])
    await early.spill.close()
    await age(folder)
    const late = await opening(folder)
    expect([late.found(), await drain(late.spill)]).toEqual([1, ['a']])
  })

  test('gives an abandoned folder to one of many', async () => {
    const folder = await temporaryFolder()
    const dead = await opening(folder)
    await dead.spill.keep([keyed('a')])
    await age(folder)
    const heirs = await Promise.all(Array.from({ length: 8 }, () => opening(folder)))
    const drained = await Promise.all(heirs.map(({ spill }) => drain(spill)))
    expect(drained.flat()).toEqual(['a'])
  })

  test('begins anew, and loses nothing, when it was taken for dead', async () => {
    const folder = await temporaryFolder()
    const slow = await opening(folder)
    await slow.spill.keep([keyed('a')])
    await age(folder)
    const heir = await opening(folder)
    expect(await drain(heir.spill)).toEqual(['a'])
    await slow.spill.keep([keyed('b')])
    expect(await drain(slow.spill)).toEqual(['b'])
  })

  test('forgets what was sent while it went to disk, and only that', async () => {
    const { spill } = await opening(await temporaryFolder())
    const place = await spill.keep([keyed('a'), keyed('b')])
    await spill.keep([keyed('c')])
    await spill.tookKept(place, 2)
    expect(await drain(spill)).toEqual(['c'])
  })

  test('says at the start that a folder is no folder', async () => {
    const folder = join(await temporaryFolder(), 'file')
    await writeFile(folder, '')
    await expect(opening(folder)).rejects.toThrow(StartFault)
  })
})
