import { describe, expect, test } from 'vitest'
import { type Block, hasNew, SeenBlocks } from './seen-blocks.ts'

const at = (block: number, table = 'calls', partition = '202601'): Block => ({
  table,
  partition,
  block,
})
const minuteMs = 60_000

describe('seen blocks', () => {
  test('count once inserts that were under way at the look must have ended', () => {
    const seen = new SeenBlocks()
    expect(seen.known('m', [at(5)], 0)).toEqual([])
    seen.foundNothing([at(5)], 0)
    expect(seen.known('m', [at(7)], minuteMs)).toEqual([])
    seen.foundNothing([at(7)], minuteMs)
    expect(seen.known('m', [at(9)], 2 * minuteMs)).toEqual([at(5)])
    expect(seen.known('m', [at(9)], 3 * minuteMs)).toEqual([at(7)])
  })

  test.each([
    ['other people', 'other', [at(5)], 3],
    ['a table that went back', 'm', [at(4)], 3],
    ['an hour', 'm', [at(5)], 60],
  ])('are forgotten after %s', (_why, mark, blocks, minutes) => {
    const seen = new SeenBlocks()
    seen.known('m', [at(5)], 0)
    seen.foundNothing([at(5)], 0)
    expect(seen.known('m', [at(5)], 2 * minuteMs)).toEqual([at(5)])
    expect(seen.known(mark, blocks, minutes * minuteMs)).toEqual([])
  })

  test('are forgotten when something is found', () => {
    const seen = new SeenBlocks()
    seen.known('m', [at(5)], 0)
    seen.foundNothing([at(5)], 0)
    seen.foundSomething()
    expect(seen.known('m', [at(5)], 3 * minuteMs)).toEqual([])
  })

  test('a table is new where a partition is, or one of its blocks', () => {
    expect(hasNew('calls', [at(5)], [at(5)])).toBe(false)
    expect(hasNew('calls', [at(6)], [at(5)])).toBe(true)
    expect(hasNew('calls', [at(5), at(1, 'calls', '202602')], [at(5)])).toBe(true)
    expect(hasNew('calls', [at(5), at(9, 'other')], [at(5)])).toBe(false)
    expect(hasNew('calls', [at(5)], [])).toBe(true)
  })
})
