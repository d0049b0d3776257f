import { expect, test } from 'vitest'
import { findPii } from './find.ts'

const hits = (text: string, context = ''): string[] =>
  findPii(text, context).map(({ type, start, end }) => `${type}:${text.slice(start, end)}`)

test.each([
  ['write to Jane.Doe+x@mail.example.co.uk.', 'Jane.Doe+x@mail.example.co.uk'],
  ["o'brien@example.org", "o'brien@example.org"],
  ["'jane@example.org'", 'jane@example.org'],
  ['<jörg@müller.de>', 'jörg@müller.de'],
  ['邮箱是jane@example.com谢谢', 'jane@example.com'],
  ['jane@example.com-Bob', 'jane@example.com'],
  ['x@y.xn--p1ai', 'x@y.xn--p1ai'],
])('the address in %j', (text, value) => {
  expect(hits(text)).toContain(`email:${value}`)
})

test.each([
  'lodash@4.17.21',
  'user@localhost',
  'a @ b.com',
  '@scope/pkg',
  'a@b.c',
  '...@x.com',
  '@',
])('no address in %j', (text) => {
  expect(hits(text)).toEqual([])
})

test.each([
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  '5500005555555559',
  '378282246310005',
  '3782 822463 10005',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
])('the card %s', (card) => {
  expect(hits(`pay with ${card}, please`)).toEqual([`card:${card}`])
})

test('a security code or a date behind a card does not hide it', () => {
  expect(hits('4111 1111 1111 1111 123')).toEqual(['card:4111 1111 1111 1111'])
  expect(hits('7 4111 1111 1111 1111 12/26')).toEqual(['card:4111 1111 1111 1111'])
})

test.each([
  ['a card with a wrong last digit', '4111 1111 1111 1112'],
  ['an issuer nobody has', '9111111111111111'],
  ['a decimal fraction', '0.4111111111111111'],
  ['an amount', '4111111111111111.50'],
  ['an identifier', 'id_4111111111111111'],
  ['an identifier of letters', 'a4111111111111111'],
  ['more digits than a card has', '41111111111111111111111'],
  ['milliseconds since 1970', '1715512345678'],
  ['single digits in a table', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
])('%s is no card', (_, text) => {
  expect(hits(`it is ${text}`)).toEqual([])
})

test.each([
  '+1 415-555-2671',
  '+14155552671',
  '+44 20 7946 0958',
  '+44 (0)20 7946 0958',
  '+49 170 1234567',
  '+86 138 0013 8000',
  '0049 170 1234567',
  '(415) 555-2671',
  '415-555-2671',
  '415.555.2671',
  '1-800-356-9377',
])('the phone number %s', (phone) => {
  expect(hits(`ring ${phone} today`)).toEqual([`phone:${phone}`])
})

test.each([
  ['call me at 030 1234567', '030 1234567'],
  ['Tel.: 415 555 2671', '415 555 2671'],
  ['phone number 4155552671', '4155552671'],
  ['mobile is 079 123 45 67', '079 123 45 67'],
])('a word makes the number in %j a phone', (text, value) => {
  expect(hits(text)).toEqual([`phone:${value}`])
})

test.each([
  'order 4155552671',
  'Order #112-3456789-0123456 shipped',
  'on 2024-05-12 10:30:00',
  'on 12.05.2024 and 2024/05/12',
  'phone released 2024-05-12',
  'the iPhone 20240512 build',
  'hotel 12345678 rooms',
  '256 512 1024 2048',
  '123-45-6789',
  '978-3-16-148410-0',
  '550e8400-e29b-41d4-a716-446655440000',
  'x+4915112345678',
  '{"phone":"call","orderId":"1234567890"}',
  '"created":1715512345,"model"',
  '100-200-3000',
  '1.234.567,89',
])('no phone number in %j', (text) => {
  expect(hits(text)).toEqual([])
})

test('a JSON key before the text counts as its context', () => {
  expect(hits('4155552671', '{"phoneNumber": "')).toEqual(['phone:4155552671'])
  expect(hits('4155552671', '{"orderNumber": "')).toEqual([])
})

test.each([
  '192.168.1.17',
  '8.8.8.8',
  '2001:db8::1',
  '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
  'fe80::1ff:fe23:4567:890a',
  '::ffff:192.0.2.128',
])('the address %s', (ip) => {
  for (const text of [`from ${ip}.`, `[${ip}]`, `host=${ip} ok`, `"${ip}"`]) {
    expect(hits(text)).toEqual([`ip:${ip}`])
  }
})

test.each([
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '01.02.03.04',
  'v1.2.3.4',
  '12:34:56',
  'std::vector',
  'Ab::C',
  '::',
  'a1::b',
  '00:1a:2b:3c:4d:5e',
])('no IP address in %j', (text) => {
  expect(hits(text)).toEqual([])
})

const body = 'Zx81b2C3d4E5f6G7h8I9'
test.each([
  `sk-${body}`,
  `sk-proj-${body}`,
  `sk-ant-api03-${body}`,
  `sk_live_${body}`,
  `ghp_${body}`,
  `github_pat_${body}`,
  `xoxb-${body}`,
  `hf_${body}`,
  `nvapi-${body}`,
  'AKIAIOSFODNN7EXAMPLE',
  `AIza${body}${body}`.slice(0, 39),
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
])('the secret %s', (secret) => {
  expect(hits(`key=${secret} end`)).toEqual([`secret:${secret}`])
})

test('a private key goes as a whole, also where its end was cut off', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----'
  expect(hits(`a ${key} b`)).toEqual([`secret:${key}`])
  expect(hits(`a ${key.slice(0, 40)}`)).toEqual([`secret:${key.slice(0, 40)}`])
})

test.each([
  'sk-learn',
  'sk-lorem-ipsum-dolor-sit-amet',
  'task-1234567890abcdefgh',
  'eyJ.eyJ.x',
  'A KIA',
])('no secret in %j', (text) => {
  expect(hits(text)).toEqual([])
})

test('offsets count UTF-16 code units', () => {
  expect(findPii('😀 jane@example.com')).toEqual([{ type: 'email', start: 3, end: 19 }])
})
