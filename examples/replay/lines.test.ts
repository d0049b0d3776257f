import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { type Line, linesOf } from './lines.ts'

const chunked = async function* (bytes: Buffer, cuts: readonly number[]) {
  let from = 0
  for (const cut of cuts) {
    yield bytes.subarray(from, from + cut)
    from += cut
  }
  yield bytes.subarray(from)
}

const read = async (text: string, bytesMax: number, cuts: readonly number[] = []) => {
  const lines: Line[] = []
  for await (const line of linesOf(chunked(Buffer.from(text), cuts), bytesMax)) lines.push(line)
  return lines
}

test('a line that is too long is named and passed over, its neighbours are read', async () => {
  expect(await read('one\ntoo long to read\n\nlast', 8)).toEqual([
    { number: 1, text: 'one' },
    { number: 2, tooLong: true },
    { number: 3, text: '' },
    { number: 4, text: 'last' },
  ])
})

test('a too long line holds no memory, however it comes', async () => {
  const endless = async function* () {
    for (let i = 0; i < 1000; i++) yield Buffer.alloc(1_000_000, 'x')
    yield Buffer.from('\nok')
  }
  const before = process.memoryUsage().arrayBuffers
  const lines: Line[] = []
  for await (const line of linesOf(endless(), 1000)) lines.push(line)
  expect(lines).toEqual([
    { number: 1, tooLong: true },
    { number: 2, text: 'ok' },
  ])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(700_000_000)
})

const anyText = fc.array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme' })))
property.prop([anyText, fc.array(fc.nat(7))])(
  'lines do not depend on where chunks are cut, within a character included',
  async (parts, cuts) => {
    const text = parts.join('')
    const expected = text.split('\n').map((line, i) => ({ number: i + 1, text: line }))
    if (expected.at(-1)?.text === '') expected.pop()
    expect(await read(text, 1_000_000, cuts)).toEqual(expected)
  },
)
