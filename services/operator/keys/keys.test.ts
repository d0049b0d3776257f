import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findApiKey, readApiKeys } from '#kit'
import { clientOf, expiryOf, scopesOf, WrongArgument } from './arguments.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const secret = 'a secret of thirty-two bytes or more'

const scene = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-keys-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'secrets', 'keys.jsonl')
  const env = { ...process.env, API_KEYS_FILE: path, API_KEYS_SECRET: secret }
  const run = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env })
    return stdout.trim()
  }
  const known = async (key: string) => {
    const read = readApiKeys(await readFile(path, 'utf8'))
    if ('fault' in read) throw new Error(read.fault)
    return findApiKey(key, read.keys, secret, Date.now())
  }
  return { path, run, known }
}

describe('npm run keys', { timeout: 60_000 }, () => {
  test('makes a key, lists it without its secret part, and revokes it', async () => {
    const { path, run, known } = await scene()
    const key = await run('create', '--client', 'shop', '--scopes', 'publish,infer')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const found = await known(key)
    expect(found).toMatchObject({ client: 'shop', scopes: ['publish', 'infer'] })
    const listed = await run('list')
    expect(listed).toContain('shop')
    expect(listed).not.toContain(key.slice(16))
    await run('revoke', found?.id ?? '')
    expect(await known(key)).toBeUndefined()
    expect(await run('list')).toContain('revoked')
  })

  test('says what is wrong, and writes nothing', async () => {
    const { path, run } = await scene()
    await expect(run('create', '--client', 'a b', '--scopes', 'infer')).rejects.toThrow('--client')
    await expect(run('revoke', 'nobody')).rejects.toThrow('no key nobody')
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })
})

describe('arguments', () => {
  test('are read, or refused', () => {
    expect(scopesOf('infer, publish,infer')).toEqual(['infer', 'publish'])
    expect(expiryOf('2d', 0)).toBe('1970-01-03T00:00:00.000Z')
    expect(expiryOf(undefined, 0)).toBeUndefined()
    expect(clientOf('a@b.example')).toBe('a@b.example')
    for (const wrong of [
      () => scopesOf(),
      () => scopesOf('all'),
      () => clientOf(''),
      () => expiryOf('1w', 0),
    ])
      expect(wrong).toThrow(WrongArgument)
  })
})
