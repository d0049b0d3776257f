import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'flywheel-ledger-'))
const file = join(folder, 'deep', 'ledger.jsonl')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a next run finds what was run, also behind half a line', () => {
  const first = new Ledger(file)
  expect(first.find('one')).toBeUndefined()
  first.add('one', { lost: 1 })
  first.add('one', { lost: 0 })
  appendFileSync(file, '{"key":"two","res')
  const next = new Ledger(file)
  expect(next.find('one')).toEqual({ lost: 0 })
  expect(next.find('two')).toBeUndefined()
  next.add('three', 3)
  expect(new Ledger(file).find('three')).toBe(3)
  expect(new Ledger(file).find('one')).toEqual({ lost: 0 })
})
