import { describe, expect, test } from 'vitest'
import { holdsPerson, isExamples, isReceipt, receiptIn } from './dataset-files.ts'

const line = (subject: string, eventTimeMs: number, content = ''): string =>
  `${JSON.stringify({ messages: [{ role: 'user', content }], metadata: { subject, eventTimeMs } })}\n`

describe('files of a dataset', () => {
  test('are told apart by their names', () => {
    expect(isExamples('datasets/mail/0a/train.jsonl')).toBe(true)
    expect(isReceipt('datasets/mail/0a/forgotten-0123456789ab.json')).toBe(true)
    expect(isReceipt('datasets/mail/0a/manifest.json')).toBe(false)
  })

  test('hold a person up to a time', () => {
    const file = line('one', 100) + line('other', 50)
    expect(holdsPerson(file, 'one', 100)).toBe(true)
    expect(holdsPerson(file, 'one', 99)).toBe(false)
    expect(holdsPerson(file, 'nobody', 1000)).toBe(false)
    expect(holdsPerson(line('other', 1, 'I say "one"'), 'one', 1000)).toBe(false)
  })

  test('a receipt names version, successor and people', () => {
    const text =
      '{"datasetVersion":"a@1","rewrittenAs":"a@2","subjects":["one"],"filesRemoved":[]}\n'
    const receipt = { datasetVersion: 'a@1', rewrittenAs: 'a@2', subjects: ['one'] }
    expect(receiptIn(text)).toEqual(receipt)
    expect(receiptIn('{"datasetVersion":"a@1"}')).toBeUndefined()
    expect(receiptIn('no json')).toBeUndefined()
  })
})
