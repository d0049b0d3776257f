import { expect, test } from 'vitest'
import { parseMail, readMails } from './mails.ts'

test('the subject is unfolded and the header left behind', () => {
  const text = 'From: a\nSubject: Hello\n\tagain\nTo: b\n\nFirst.\n\nSecond.\n'
  expect(parseMail({ id: '00001', group: 'spam-2', text })).toEqual({
    id: 'spam-2/00001',
    collection: 'second',
    label: 'quarantine',
    subject: 'Hello again',
    body: 'First.\n\nSecond.',
  })
})

test('a mail without a subject or with broken characters stays a mail', () => {
  const mail = parseMail({ id: '1', group: 'easy-ham-1', text: 'X: y\n\na\0b\ud800' })
  expect(mail).toMatchObject({ subject: '', body: 'ab\ufffd', label: 'deliver' })
})

test('the corpus has the two collections that it is known for, in a fixed mixed order', () => {
  const { first, second } = readMails()
  expect([first.length, second.length]).toEqual([3250, 2796])
  const spam = first.filter(({ label }) => label === 'quarantine')
  expect(spam).toHaveLength(500)
  const early = first.slice(0, 1000).filter(({ label }) => label === 'quarantine').length
  expect(early).toBeGreaterThan(100)
  expect(early).toBeLessThan(200)
})
