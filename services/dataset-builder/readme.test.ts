import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '#kit'
import { forget } from './forget.ts'
import { settings } from './settings.ts'

test('the README shows the settings as they are', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  const { intervalMs: every, versionsMax } = forget.settings
  expect(readme).toContain(settingsTable({ ...settings, every, versionsMax }))
})
