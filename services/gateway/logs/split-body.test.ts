import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { joinChunks } from './join-chunks.ts'
import { splitBody } from './split-body.ts'

const split = (body: string | Uint8Array, type = 'application/json') =>
  splitBody(Buffer.from(body as string), type)
const object = fc.dictionary(fc.string(), fc.jsonValue())
const blank = fc.constantFrom('', ' ', '\r', '\t ')

property.prop([fc.array(fc.tuple(object, blank), { minLength: 2 })])(
  'lines are records in order, however blank lines stand between and whatever the type says',
  (given) => {
    const text = given.map(([value, gap]) => `${JSON.stringify(value)}\n${gap}\n`).join('')
    const items = given.map(([value]) => ({ value: JSON.parse(JSON.stringify(value)) }))
    expect(split(text, 'application/x-ndjson; charset=utf-8')).toEqual({ items })
    expect(split(text)).toEqual({ items })
    expect(split(text, '')).toEqual({ items })
  },
)

property.prop([fc.uint8Array({ maxLength: 200 }), fc.constantFrom('', 'application/jsonl')])(
  'no bytes make it throw',
  (bytes, type) => {
    expect(() => split(bytes, type)).not.toThrow()
  },
)

test('one value is one record, an array as many as it has', () => {
  expect(split('{\n"a": 1\n}\n')).toEqual({ items: [{ value: { a: 1 } }] })
  expect(split('[{}, 7]')).toEqual({ items: [{ value: {} }, { value: 7 }] })
  expect(split('[]')).toEqual({ items: [] })
})

test('a line that is broken spoils no other', () => {
  const body = Buffer.concat([
    Buffer.from('{"a":"ü"}\n{"b":\n"'),
    Buffer.from([0xff]),
    Buffer.from('"\n{"c":3}'),
  ])
  expect(split(body, '')).toEqual({
    items: [
      { value: { a: 'ü' } },
      { fault: 'is not JSON' },
      { fault: 'is not UTF-8' },
      { value: { c: 3 } },
    ],
  })
})

test.each([
  ['', 'is empty'],
  [' \r\n\n', 'is empty'],
  ['{"a":1', 'is not JSON'],
  ['{"a":\n1', 'is not JSON'],
])('%j is no body', (body, fault) => {
  expect(split(body)).toEqual({ fault })
})

test('chunks of one call come together at the place of its first part', () => {
  const joined = joinChunks(
    [
      { requestId: 'a', request: 1, chunk: 'a0' },
      { request: 2 },
      { request_id: 'b', chunk: 'b0' },
      7,
      { requestId: 'a', request: 9, chunk: 'a1', latencyMs: 5 },
      { chunk: 'lost' },
      { requestId: 'b', request: 3 },
      { requestId: 'c', response: 1, chunk: 'c0' },
    ].map((value) => ({ value })),
  )
  expect(joined).toEqual([
    {
      index: 0,
      item: { value: { requestId: 'a', request: 1, latencyMs: 5, response: ['a0', 'a1'] } },
    },
    { index: 1, item: { value: { request: 2 } } },
    {
      index: 2,
      item: { value: { request_id: 'b', requestId: 'b', request: 3, response: ['b0'] } },
    },
    { index: 3, item: { value: 7 } },
    { index: 5, item: { fault: 'has a chunk and no requestId' } },
    { index: 7, item: { fault: 'has chunks and a whole response' } },
  ])
})
