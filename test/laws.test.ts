import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly rule: { readonly name: string } }[]
  }
}

test('the laws of imports hold over all modules, and all were looked at', {
  timeout: 120_000,
}, () => {
  const cruiser = fileURLToPath(
    new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
  )
  const folders = ['schemas', 'services', 'infra', 'examples', 'test', 'bench']
  const options = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const text = execFileSync(process.execPath, [cruiser, ...folders, ...options], {
    cwd: new URL('../', import.meta.url),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  const { summary } = JSON.parse(text) as Cruise
  expect(summary.violations).toEqual([])
  // A cruiser that finds no TypeScript reports nothing wrong.
  expect(summary.totalCruised).toBeGreaterThan(300)
})
