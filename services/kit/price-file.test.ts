import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readPrices, StartFault } from './index.ts'
import { readPriceFile } from './price-file.ts'

const ours = fileURLToPath(new URL('../../infra/prices.yaml', import.meta.url))

test('our price file fits, and prices the production model', () => {
  expect(readPriceFile('PRICES_FILE', ours).models['gpt-4o']?.inputPerMillionUsd).toBeGreaterThan(0)
})

test('a file that is not there is a wrong setting, named with its variable', () => {
  expect(() => readPriceFile('PRICES_FILE', `${ours}.not`)).toThrow(StartFault)
  expect(() => readPriceFile('PRICES_FILE', `${ours}.not`)).toThrow(/^PRICES_FILE: .*can't be read/)
})

test('a file that holds something else tells what is wrong', () => {
  expect(() => readPrices('models: {}')).toThrow(/compute/)
})
