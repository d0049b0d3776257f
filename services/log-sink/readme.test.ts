import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '#kit'
import { forget } from './forget.ts'
import { store } from './store.ts'

test('the README shows the settings as they are', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const { intervalMs: every, rowsMax: most } = forget.settings
  expect(readme).toContain(settingsTable({ ...store.settings, every, most }))
})
