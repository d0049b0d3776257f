import { describe, expect, test } from 'vitest'
import { projectFiles as files, readProjectFile as read } from './files.ts'

const sources = files.filter((file) => /\.ts$/.test(file) && !file.includes('generated'))
const own = 'test/tidy.test.ts'

describe('the code', () => {
  test('has files of one subject: at most 200 lines', () => {
    const long = sources
      .filter((file) => !file.endsWith('.test.ts'))
      .filter((file) => read(file).trimEnd().split('\n').length > 200)
    expect(long).toEqual([])
  })

  test('has no soft spots', () => {
    const soft =
      /\b(TODO|FIXME)\b|@ts-(ignore|nocheck|expect-error)|\bas any\b|\b(it|test|describe)\.(only|todo)\b/
    expect(sources.filter((file) => file !== own && soft.test(read(file)))).toEqual([])
  })

  test('names no machine', () => {
    const text = files.filter((file) =>
      /\.(ts|md|ya?ml|json|sql|sh|properties)$|^\.ci\//.test(file),
    )
    const machine = /(?<![\w./'])\/(work|farm|root)\/|[.][.]\/shared/
    const named = text.filter(
      (file) => file !== own && file !== 'package-lock.json' && machine.test(read(file)),
    )
    expect(named).toEqual([])
  })

  test('keeps registries out of the lock', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/)
  })
})

test('every service has a README that names its purpose, its settings and how to run it alone', () => {
  const services = new Set(
    files.flatMap((file) => /^services\/([^/]+)\/main\.ts$/.exec(file)?.[1] ?? []),
  )
  expect(services.size).toBe(9)
  for (const service of services) {
    const readme = read(`services/${service}/README.md`)
    expect(readme, service).toContain(`services/${service}/main.ts`)
    expect(readme, service).toMatch(/settings/i)
  }
})
