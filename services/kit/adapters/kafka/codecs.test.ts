import { compress } from 'snappy'
import { expect, test } from 'vitest'
import { readSnappy } from './codecs.ts'

const text = Buffer.from('flywheel '.repeat(500))

const framed = async (...parts: readonly Buffer[]): Promise<Buffer> => {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const blocks = await Promise.all(parts.map((part) => compress(part)))
  const lengths = blocks.map((block) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.byteLength)
    return length
  })
  return Buffer.concat([header, ...blocks.flatMap((block, at) => [lengths[at] ?? header, block])])
}

test('snappy is read bare and in the frames of Java clients', async () => {
  expect(await readSnappy(await compress(text))).toEqual(text)
  expect(await readSnappy(await framed(text.subarray(0, 99), text.subarray(99)))).toEqual(text)
})

test('a snappy frame that is cut short is an error, not less data', async () => {
  const whole = await framed(text.subarray(0, 99), text.subarray(99))
  await expect(readSnappy(whole.subarray(0, -3))).rejects.toThrow('cut short')
})
