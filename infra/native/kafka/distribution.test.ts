import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cacheFolder, kafkaJars } from './distribution.ts'
import { javaVersionOf } from './java.ts'

const folder = mkdtempSync(join(tmpdir(), 'distribution-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A PATH of its own with these programs, and an empty cache. */
const machine = (name: string, programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const bin = join(folder, name, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, program), 0o755)
  }
  return {
    PATH: `${bin}:/usr/bin:/bin`,
    JAVA_HOME: '',
    FLYWHEEL_CACHE: join(folder, name, 'cache'),
  }
}

const bare = (name: string, programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const environment = machine(name, programs)
  return { ...environment, PATH: join(folder, name, 'bin') }
}

const java17 = 'echo \'openjdk version "17.0.15" 2025-04-15\' >&2'
/** Answers -version; else makes the folder lib slowly, a jar at a time. */
const slowMaven = `[ "$1" = -version ] && exit 0
mkdir lib; for jar in a b c; do : > lib/$jar.jar; sleep 0.1; done; echo run >> "$FLYWHEEL_CACHE/runs"`

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_412"', 8],
  ['openjdk version "25" 2025-09-16', 25],
  ['something else', undefined],
])('%s is Java %s', (answer, version) => {
  expect(javaVersionOf(answer)).toBe(version)
})

test('the cache is FLYWHEEL_CACHE, else flywheel in XDG_CACHE_HOME, else in ~/.cache', () => {
  expect(cacheFolder({ FLYWHEEL_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a')
  expect(cacheFolder({ FLYWHEEL_CACHE: '', XDG_CACHE_HOME: '/b' })).toBe('/b/flywheel')
  expect(cacheFolder({})).toMatch(/\.cache\/flywheel$/)
})

test('what is missing is told in one line, all of it', async () => {
  const nothing = kafkaJars(bare('nothing', {}))
  await expect(nothing).rejects.toThrow(
    /^Java is missing: [^\n]*Java 17[^\n]*; Maven is missing: [^\n]*$/,
  )
  const old = kafkaJars(bare('old', { java: java17.replace('17.0.15', '11.0.2'), mvn: 'exit 0' }))
  await expect(old).rejects.toThrow(/^Java 11 is too old: install Java 17/)
})

test('two that fetch at once both get the whole folder, and nothing else stays', async () => {
  const environment = machine('two', { java: java17, mvn: slowMaven })
  const [one, other] = await Promise.all([kafkaJars(environment), kafkaJars(environment)])
  expect(one).toBe(other)
  expect(readdirSync(one)).toEqual(['a.jar', 'b.jar', 'c.jar'])
  const cache = environment['FLYWHEEL_CACHE'] ?? ''
  expect(readdirSync(cache)).toHaveLength(2)
  rmSync(join(cache, 'runs'))
  await kafkaJars({ ...environment, PATH: join(folder, 'two', 'bin') })
  expect(existsSync(join(cache, 'runs'))).toBe(false)
})

test('a fetch that fails says why and leaves nothing to be taken for jars', async () => {
  const mvn =
    '[ "$1" = -version ] && exit 0; mkdir lib; : > lib/a.jar; echo "[ERROR] no route"; exit 1'
  const environment = machine('fails', { java: java17, mvn })
  await expect(kafkaJars(environment)).rejects.toThrow(
    /could not fetch Kafka .*: \[ERROR\] no route/,
  )
  expect(readdirSync(environment['FLYWHEEL_CACHE'] ?? '')).toEqual([])
})
