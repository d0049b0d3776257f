import type { RawRecord } from '../../broker.ts'
import type { Bounds } from './bounds.ts'
import type { Replay } from './partition-sink-options.ts'
import type { BlockHistory } from './store-block.ts'

const monthOf = ({ timestampMs }: RawRecord): number => {
  const date = new Date(timestampMs)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

const dayMs = 86_400_000

/** Whether two records arrived in one month. Most neighbours are of one day: no date need be made of them. */
export const areOfOneMonth = (first: RawRecord, second: RawRecord): boolean =>
  Math.floor(first.timestampMs / dayMs) === Math.floor(second.timestampMs / dayMs) ||
  monthOf(first) === monthOf(second)

/** Bytes that a record holds. */
export const sizeOf = ({ key, value }: RawRecord): number =>
  (key?.byteLength ?? 0) + (value?.byteLength ?? 0)

/** What is known of a block within the bounds that a process before us announced. */
export const historyOf = (bounds: Bounds, replay: Replay | undefined): BlockHistory => {
  if (replay === undefined) return 'new'
  const { low, high, sinceMs } = replay
  const same = low === bounds.low && high === bounds.high && sinceMs === bounds.sinceMs
  return same && !replay.part ? 'replayed' : 'part'
}
