import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { coveringSeeds, faultNames, firstFaultOf } from './plan.ts'
import { runReal } from './real.ts'
import { realReport } from './report.ts'

const folder = mkdtempSync(join(tmpdir(), 'flywheel-faults-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('whatever strikes the real stack, each record is stored and curated once', async () => {
  const lines: string[] = []
  const seeds = coveringSeeds(1)
  expect(new Set(seeds.map(firstFaultOf))).toEqual(new Set(faultNames))
  const outcomes = await runReal({
    seeds,
    ledger: undefined,
    dataDir: folder,
    tell: (line) => lines.push(line),
  })
  const { all } = realReport(outcomes)
  expect(all, lines.join('\n')).toMatchObject({ lost: 0, doubled: 0, failed: 0 })
  expect(all.schedules).toBe(faultNames.length)
  expect(all.acknowledged).toBeGreaterThan(1000)
}, 420_000)
