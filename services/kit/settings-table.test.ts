import { expect, test } from 'vitest'
import { integer, list, readSettings, secret, text } from './settings.ts'
import { settingsTable } from './settings-table.ts'

const settings = {
  tries: integer('TRIES', 3, 'How often; a|b.'),
  names: list('NAMES', ['a', 'b'], 'Who.'),
  password: secret('PASSWORD', 'hunter2', 'Key.'),
  model: text('MODEL', undefined, 'Which.'),
}

test('a settings table shows defaults and hides secrets', () => {
  expect(settingsTable(settings).split('\n')).toEqual([
    '| variable | default | meaning |',
    '|---|---|---|',
    '| `TRIES` | `3` | How often; a\\|b. |',
    '| `NAMES` | `a,b` | Who. |',
    '| `PASSWORD` | (secret) | Key. |',
    '| `MODEL` | (must be set) | Which. |',
  ])
})

test('a wrong secret is named and never quoted', () => {
  const odd = { key: { ...integer('KEY', 1, 'Key.'), secret: true } }
  expect(() => readSettings(odd, { KEY: 'hunter2' })).toThrow(/KEY: its value does not fit/)
})
