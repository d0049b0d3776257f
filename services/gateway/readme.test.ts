import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '#kit'
import { chatSettings, tracesSettings, worldSettings } from './settings.ts'

test('the README shows the settings as they are', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  expect(readme).toContain(settingsTable({ ...chatSettings, ...tracesSettings, ...worldSettings }))
})
