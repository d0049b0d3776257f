import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, onTestFinished } from 'vitest'
import { ObjectConflict, ObjectMissing, StartFault } from '../../errors.ts'
import { objectStore } from './index.ts'
import { pathParts } from './paths.ts'

const freshFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'objects-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

describe('a folder of objects', () => {
  test('gives back what was put, and lists it', async () => {
    const store = objectStore(pathToFileURL(freshFolder()).href)
    await store.put('a/b/two', Buffer.from([0, 1]))
    await store.put('a/one', 'text')
    expect((await store.get('a/one')).toString()).toBe('text')
    expect(await store.get('a/b/two')).toEqual(Buffer.from([0, 1]))
    expect(await store.list('a/')).toEqual(['a/b/two', 'a/one'])
    expect(await store.list('a/o')).toEqual(['a/one'])
    expect([await store.exists('a/one'), await store.exists('a')]).toEqual([true, false])
  })
  test('takes an object away, and one that is gone again', async () => {
    const store = objectStore(freshFolder())
    await store.put('a/one', 'x')
    for (const path of ['a/one', 'a/one', 'b/none', 'a/one/none']) await store.remove(path)
    expect(await store.list('')).toEqual([])
    await store.put('a/one', 'y')
    expect((await store.get('a/one')).toString()).toBe('y')
  })
  test('writes once: the same bytes are fine, others are a conflict', async () => {
    const store = objectStore(freshFolder())
    await Promise.all(['x', 'x', 'x'].map((body) => store.put('a', body)))
    await expect(store.put('a', 'y')).rejects.toBeInstanceOf(ObjectConflict)
    expect((await store.get('a')).toString()).toBe('x')
  })
  test('lets one of two writers win, whole', async () => {
    const folder = freshFolder()
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000))
    const done = await Promise.allSettled(bodies.map((body) => objectStore(folder).put('x', body)))
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(bodies).toContain((await objectStore(folder).get('x')).toString())
    expect(readdirSync(folder)).toEqual(['x'])
  })
  test('shows no half-written file', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, '.left-by-a-crash.tmp'), 'half')
    expect(await objectStore(folder).list('')).toEqual([])
  })
  test('knows what is missing', async () => {
    const store = objectStore(join(freshFolder(), 'not-yet'))
    await expect(store.get('a')).rejects.toBeInstanceOf(ObjectMissing)
    expect([await store.exists('a'), await store.list('')]).toEqual([false, []])
  })
  test.each(['../x', 'a/../../x', '/etc/x', 'a//b', '', '.', 'a/.hidden', 'a\\b', 'a\0b'])(
    'refuses the path %j',
    async (path) => {
      const store = objectStore(freshFolder())
      await expect(store.put(path, 'x')).rejects.toBeInstanceOf(RangeError)
      await expect(store.get(path)).rejects.toBeInstanceOf(RangeError)
    },
  )
  test.prop([fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', '\0', ' '), maxLength: 12 })])(
    'never leaves its root',
    (path) => {
      try {
        expect(join('/base', ...pathParts(path))).toBe(`/base/${path}`)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    },
  )
  test('refuses an address of another kind', () => {
    expect(() => objectStore('ftp://x/y')).toThrow(StartFault)
    expect(() => objectStore('s3://UPPER/x')).toThrow(StartFault)
  })
})
