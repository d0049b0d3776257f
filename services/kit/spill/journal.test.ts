import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { fileLayer } from '../adapters/files/index.ts'
import { type Journal, type JournalOptions, openJournal, SpillFull } from './journal.ts'
import { fillableDisk, keyed, keysOf, temporaryFolder } from './testing.ts'

const opening = async (given: Partial<JournalOptions> = {}) => {
  const folder = given.folder ?? (await temporaryFolder())
  const lost: [number, string][] = []
  const options: JournalOptions = {
    files: fileLayer,
    folder,
    bytesMax: 1_000_000,
    ageMaxMs: 1000,
    nowMs: () => 0,
    lost: (records, because) => lost.push([records, because]),
    ...given,
  }
  const open = () => openJournal(options)
  return { folder, lost, open, journal: await open() }
}

const drain = async (journal: Journal, atOnce = 2): Promise<string[]> => {
  const found: string[] = []
  for (;;) {
    const some = await journal.oldest(atOnce)
    if (some.length === 0) return found
    found.push(...keysOf(some))
    await journal.took(some.length)
  }
}

const only = async (folder: string): Promise<string> => {
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.spill'))
  return join(folder, name)
}

describe('a journal', () => {
  test('gives records back in order, and leaves no file behind', async () => {
    const { folder, journal } = await opening()
    await journal.append([keyed('a'), keyed('b')])
    await journal.append([keyed('c')])
    expect(await drain(journal)).toEqual(['a', 'b', 'c'])
    expect((await readdir(folder)).filter((name) => name.endsWith('.spill'))).toEqual([])
    expect(journal.sizeBytes()).toBe(0)
  })

  test('is for its owner alone', async () => {
    const { folder, journal } = await opening()
    await journal.append([keyed('a')])
    expect((await stat(await only(folder))).mode & 0o777).toBe(0o600)
  })

  const steps = fc.array(
    fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 7 }) }),
      fc.constant({ restart: true as const }),
    ),
    { maxLength: 30 },
  )
  test.prop([steps], { numRuns: 60 })(
    'loses nothing and keeps the order, whatever is added, taken and restarted',
    async (given) => {
      const scene = await opening({ segmentBytes: 300 })
      let { journal } = scene
      const kept: string[] = []
      let next = 0
      for (const step of given) {
        if ('restart' in step) journal = await scene.open()
        else if ('add' in step) {
          const keys = Array.from({ length: step.add }, () => `k${next++}`)
          await journal.append(keys.map(keyed))
          kept.push(...keys)
        } else {
          const some = await journal.oldest(step.take)
          expect(keysOf(some)).toEqual(kept.slice(0, some.length))
          expect(some.length > 0).toBe(kept.length > 0)
          await journal.took(some.length)
          kept.splice(0, some.length)
        }
      }
      expect(await drain(await scene.open())).toEqual(kept)
      expect(scene.lost).toEqual([])
    },
  )

  test('takes up after a kill: half a record at the end is left out and counted', async () => {
    const { folder, lost, open, journal } = await opening()
    await journal.append([keyed('a'), keyed('b')])
    const path = await only(folder)
    const bytes = await readFile(path)
    await writeFile(path, bytes.subarray(0, bytes.length - 3))
    const next = await open()
    await next.append([keyed('c')])
    expect(await drain(next)).toEqual(['a', 'c'])
    expect(lost).toEqual([[1, 'torn']])
  })

  test('leaves out and counts a record whose bytes changed, and no other', async () => {
    const { folder, lost, open, journal } = await opening()
    await journal.append(['a', 'b', 'c'].map(keyed))
    const path = await only(folder)
    const bytes = await readFile(path)
    const at = bytes.indexOf('value of b')
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    await writeFile(path, bytes)
    expect(await drain(await open())).toEqual(['a', 'c'])
    expect(lost).toEqual([[1, 'corrupt']])
  })

  test('sends again what a broken cursor no longer tells', async () => {
    const { folder, open, journal } = await opening()
    await journal.append(['a', 'b', 'c'].map(keyed))
    await journal.oldest(1)
    await journal.took(1)
    expect(await drain(await open())).toEqual(['b', 'c'])
    const again = await opening({ folder })
    await again.journal.append(['a', 'b'].map(keyed))
    await again.journal.oldest(1)
    await again.journal.took(1)
    await writeFile(join(folder, 'cursor'), '{"seg')
    expect(await drain(await again.open())).toEqual(['a', 'b'])
  })

  test('drops and counts what is too old', async () => {
    let nowMs = 0
    const { lost, journal } = await opening({ nowMs: () => nowMs })
    await journal.append([keyed('old'), keyed('older')])
    nowMs = 600
    await journal.append([keyed('young')])
    nowMs = 1001
    expect(await drain(journal)).toEqual(['young'])
    expect(lost).toEqual([[2, 'too old']])
  })

  test('refuses what finds no room, whole', async () => {
    const { journal } = await opening({ bytesMax: 300 })
    await journal.append([keyed('a')])
    const refused = journal.append(['b', 'c', 'd', 'e'].map(keyed))
    await expect(refused).rejects.toThrow(SpillFull)
    await journal.append([keyed('f')])
    expect(await drain(journal)).toEqual(['a', 'f'])
  })

  test.each([false, true])(
    'keeps what it had when the disk is full, and goes on when it is not (truncation stuck: %s)',
    async (stuckTruncate) => {
      const { disk, files } = fillableDisk()
      const { journal, open } = await opening({ files })
      await journal.append([keyed('a')])
      Object.assign(disk, { full: true, stuckTruncate })
      await expect(journal.append([keyed('b')])).rejects.toThrow('no space')
      disk.full = false
      await journal.append([keyed('c')])
      expect(await drain(await open())).toEqual(['a', 'c'])
    },
  )
})
