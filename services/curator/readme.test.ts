import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingsTable } from '#kit'
import { settings } from './world/emitted.ts'
import { rulesSettings } from './world/rules.ts'

test('the README shows the settings as they are', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
  expect(readme).toContain(settingsTable({ ...settings, ...rulesSettings }))
})
