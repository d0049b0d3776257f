import { expect, test } from 'vitest'
import { readOptions, usage } from './options.ts'
import { faultNames } from './plan.ts'

test('the long form is the default', () => {
  expect(readOptions([])).toMatchObject({ schedules: 200, simulated: 100_000, seed: 1 })
})

test('each fault can be asked for alone, and the usage names it', () => {
  for (const name of faultNames) {
    expect(readOptions(['--only', name]).only).toBe(name)
    expect(usage).toContain(name)
  }
})

test('what makes no sense is named', () => {
  expect(() => readOptions(['--schedules', 'many'])).toThrow("--schedules is 'many'")
  expect(() => readOptions(['--only', 'flood'])).toThrow("--only is 'flood'")
})
