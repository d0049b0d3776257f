import { describe, expect, test } from 'vitest'
import { foreverMs, isFinished, type Receipt, receiptText } from './receipt.ts'

const whole: Receipt = {
  subject: 'ab12',
  untilMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  deleted: [
    { table: 'curated', rows: 2 },
    { table: 'inference_logs', rows: 3 },
  ],
  left: [{ table: 'feedback', rows: 0 }],
  rewritten: [
    { datasetVersion: 'mail@1', replacedBy: 'mail@2' },
    { datasetVersion: 'chat@1', replacedBy: '' },
  ],
  filesLeft: 0,
  models: [
    {
      candidateId: 'c1',
      workload: 'mail',
      datasetVersion: 'mail@1',
      kind: 'cascade',
      artifactUri: 'models/mail/aa.student',
      isChampion: true,
    },
    {
      candidateId: 'c2',
      workload: 'chat',
      datasetVersion: 'chat@1',
      kind: 'student',
      artifactUri: '',
      isChampion: false,
    },
  ],
}

describe('a receipt', () => {
  test('tells what was done, to what, and what remains', () => {
    const text = receiptText(whole)
    expect(text).toContain('subject ab12\nforgotten: up to 2026-01-02T03:04:05.000Z\n')
    expect(text).toContain('rows deleted: curated 2, inference_logs 3\nrows left: none\n')
    expect(text).toContain('  mail@1 → mail@2\n  chat@1: removed, too little was left\n')
    expect(text).toContain(
      '  c1 (cascade of mail, trained on mail@1, models/mail/aa.student, the champion now)\n',
    )
    expect(text).toContain('  c2 (student of chat, trained on chat@1, no artifact)\n')
    expect(text).toContain('What remains:\n  Kafka keeps')
    expect(text).toMatch(/\nFinished\.$/)
  })

  test('of a request without a time holds for ever', () => {
    expect(receiptText({ ...whole, untilMs: foreverMs })).toContain('forgotten: for ever\n')
  })

  test('of one of whom nothing was known is short', () => {
    const text = receiptText({ ...whole, deleted: [], rewritten: [], models: [] })
    expect(text).toContain('rows deleted: none')
    expect(text).toContain(
      'dataset versions rewritten: none\nfiles of examples left: none\nmodels trained on what is gone: none',
    )
  })

  test.each([
    [{ untilMs: undefined }],
    [{ left: [{ table: 'feedback', rows: 1 }] }],
    [{ filesLeft: 2 }],
  ])('is not the last one: %j', (change) => {
    const receipt = { ...whole, ...change }
    expect(isFinished(receipt)).toBe(false)
    expect(receiptText(receipt)).toMatch(/Not finished: ask again with --status\.$/)
  })
})
