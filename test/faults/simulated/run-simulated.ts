import { playSchedule } from './schedule.ts'

/** What to play. */
export interface SimulatedOptions {
  /** The first schedule's seed; the next ones follow it. */
  readonly seed: number
  readonly schedules: number
  readonly onProgress?: (done: number) => void
}

/** What all schedules came to. */
export interface SimulatedReport {
  readonly schedules: number
  readonly records: number
  readonly lost: number
  readonly doubled: number
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>
  /** The first seed that lost or doubled something: `schedules: 1` with it plays just that. */
  readonly failedSeed?: number
}

const progressEvery = 1000

/**
 * Plays seeded schedules of the sink's commit protocol on a simulated broker and store: SIGKILL at any step, lost answers,
 * burnt tokens, missing view rows, late statements, refused rows, zombies beside successors, rebalances, compaction, retention
 * and topics made anew. Records that retention took before they were settled are gone, and not counted as lost.
 */
export const runSimulated = async ({
  seed,
  schedules,
  onProgress,
}: SimulatedOptions): Promise<SimulatedReport> => {
  const faults: Record<string, number> = {}
  const count = (fault: string): void => {
    faults[fault] = (faults[fault] ?? 0) + 1
  }
  const total = { records: 0, lost: 0, doubled: 0 }
  let failedSeed: number | undefined
  for (let played = 0; played < schedules; played++) {
    const verdict = await playSchedule(seed + played, count)
    total.records += verdict.records
    total.lost += verdict.lost
    total.doubled += verdict.doubled
    if (verdict.lost + verdict.doubled > 0) failedSeed ??= seed + played
    if ((played + 1) % progressEvery === 0) onProgress?.(played + 1)
  }
  const report = { schedules, ...total, faults }
  return failedSeed === undefined ? report : { ...report, failedSeed }
}
