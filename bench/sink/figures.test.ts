import { expect, test } from 'vitest'
import { readStat, ticksOfTree } from './cpu.ts'
import { figuresOf } from './drain.ts'
import { quantile, settle } from './latency.ts'
import { readOptions } from './options.ts'

test('CPU time is read behind a name that holds anything', () => {
  const stat = '42 (a) b (c) S 7 1 1 0 -1 0 1 2 3 4 250 50 9 9 20 0 11 0 100 1 1'
  expect(readStat(stat)).toEqual({ parent: 7, ticks: 300 })
})

test('a tree is a process and all below it, and nobody else', () => {
  const processes = new Map([
    [10, { parent: 1, ticks: 1 }],
    [11, { parent: 10, ticks: 2 }],
    [12, { parent: 11, ticks: 4 }],
    [20, { parent: 1, ticks: 8 }],
  ])
  expect(ticksOfTree(10, processes)).toBe(7)
  expect(ticksOfTree(20, processes)).toBe(8)
})

test('what a start costs is taken out of the CPU time, and left in the wall time', () => {
  const cpuUs = (sink: number, clickhouse: number, kafka: number) => ({ sink, clickhouse, kafka })
  const first = { atMs: 1000, rows: 0, cpuUs: cpuUs(0, 500, 50), load: 0 }
  const last = { atMs: 3000, rows: 100, cpuUs: cpuUs(1800, 1500, 250), load: 1.5 }
  expect(figuresOf(first, last, 800)).toEqual({
    wallSeconds: 2,
    recordsPerSecond: 50,
    cpuUsPerRecord: cpuUs(10, 10, 2),
    startCpuSeconds: 0.0008,
    load: 1.5,
  })
})

test('records count as seen by the first look that shows the last of their send', () => {
  const waiting = [
    { high: 1, dueMs: [0, 10] },
    { high: 3, dueMs: [20, 30] },
  ]
  const latencies: number[] = []
  settle(waiting, 2, 100, latencies)
  expect(latencies).toEqual([100, 90])
  settle(waiting, 3, 120, latencies)
  expect(latencies).toEqual([100, 90, 100, 90])
  expect(waiting).toEqual([])
})

test('quantiles are values that were measured', () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1)
  expect([0.5, 0.99, 1].map((share) => quantile(sorted, share))).toEqual([50, 99, 100])
})

test('options have defaults, and refuse what can not be', () => {
  expect(readOptions([])).toMatchObject({ records: 1_000_000, rates: [1000, 20_000], keep: false })
  expect(readOptions(['--rates', '0']).rates).toEqual([])
  expect(() => readOptions(['--records', '12'])).toThrow("--records is '12'")
  expect(() => readOptions(['--recrods', '5000'])).toThrow('recrods')
})
