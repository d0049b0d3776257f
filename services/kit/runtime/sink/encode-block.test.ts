import { describe, expect, test } from 'vitest'
import { redriveHeaders } from '../../redriven.ts'
import type { SinkInput } from '../../sink.ts'
import { rawRecord } from '../../testing/hand-broker.ts'
import { BlockBuffers, beginBlock } from './encode-block.ts'
import { RepeatIndex } from './repeats.ts'

const input: SinkInput = {
  topic: 'things',
  table: 'things',
  columns: ['key', 'is_repeat'],
  repeatsBy: 'key',
  transcoder: () => ({
    prepare: async () => {},
    append: (record, to, isRepeat) => {
      if (record.value === null) return 'no value'
      to.string(`${record.value}${isRepeat ? '!' : ''}`)
      return undefined
    },
  }),
}

const encoderWith = (buffers: BlockBuffers) => {
  const index = new RepeatIndex(100)
  return {
    name: 'log-sink.store',
    input,
    transcoder: input.transcoder(async () => undefined),
    repeats: async () => index,
    buffers,
  }
}

const thing = (key: string, offset: bigint, value: string | null = key) =>
  rawRecord('things', offset, { key, value: value === null ? null : Buffer.from(value) })

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

describe('a block', () => {
  test('holds its rows, marks repeats and sets aside what can be no row', async () => {
    const { encode } = beginBlock(encoderWith(new BlockBuffers()))
    const records = [thing('a', 0n), thing('b', 1n, null), thing('a', 2n)]
    const { bytes, accepted, rejected } = await encode(records)
    expect(textOf(bytes)).toBe('\u0001a\u0002a!')
    expect(accepted).toEqual([records[0], records[2]])
    expect(rejected).toEqual([{ record: records[1], reason: 'no value' }])
  })

  test('leaves out what was sent back from dead letters for another', async () => {
    const { encode } = beginBlock(encoderWith(new BlockBuffers()))
    const sentBackFor = (name: string, offset: bigint) => ({
      ...thing(name, offset),
      headers: { [redriveHeaders.for]: Buffer.from(name) },
    })
    const { accepted, rejected } = await encode([
      sentBackFor('curator.curate', 0n),
      sentBackFor('log-sink.store', 1n),
    ])
    expect(accepted.map(({ position }) => position.offset)).toEqual([1n])
    expect(rejected).toEqual([])
  })
})

describe('buffers', () => {
  test('serve the next block once the last is over', async () => {
    const buffers = new BlockBuffers()
    const encoder = encoderWith(buffers)
    const first = beginBlock(encoder)
    const before = await first.encode([thing('a', 0n)])
    first.end()
    const after = await beginBlock(encoder).encode([thing('b', 1n)])
    expect(after.bytes.buffer).toBe(before.bytes.buffer)
  })

  test('of a block that failed are nobody’s any more: an insert may still be read from them', async () => {
    const encoder = encoderWith(new BlockBuffers())
    const first = beginBlock(encoder)
    const before = await first.encode([thing('a', 0n)])
    first.failed()
    first.end()
    const after = await beginBlock(encoder).encode([thing('b', 1n)])
    expect(after.bytes.buffer).not.toBe(before.bytes.buffer)
    expect(textOf(before.bytes)).toBe('\u0001a')
  })

  test('of one block are never the same', async () => {
    const { encode } = beginBlock(encoderWith(new BlockBuffers()))
    const [left, right] = [await encode([thing('a', 0n)]), await encode([thing('b', 1n)])]
    expect([textOf(left.bytes), textOf(right.bytes)]).toEqual(['\u0001a', '\u0001b'])
  })
})
