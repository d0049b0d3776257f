import type { DatasetVersion, RetrainTrigger } from '#schemas'
import type { Chosen } from './select.ts'

/** What came for a workload, up to the offset vector. */
export interface Arrivals {
  readonly workload: string
  /** Rows that the last version did not read. */
  readonly freshRows: number
  /** When the newest row reached Kafka, milliseconds since 1970 UTC. */
  readonly newestMs: number
  /** When the oldest fresh row reached Kafka; 0 without one. */
  readonly oldestFreshMs: number
}

/** When a version is due. */
export interface Patience {
  readonly examplesMin: number
  readonly examplesMax: number
  readonly triggerExamplesMin: number
  readonly quietMs: number
  readonly waitMaxMs: number
}

/** What is known of a workload at a tick. */
export interface Standing {
  readonly arrivals: Arrivals
  readonly last: DatasetVersion | undefined
  /** The newest trigger of the workload that no version has answered. */
  readonly trigger: RetrainTrigger | undefined
}

/** Fewest fresh examples that this standing asks for. */
const freshMin = ({ trigger }: Standing, patience: Patience): number =>
  trigger === undefined ? patience.examplesMin : patience.triggerExamplesMin

/**
 * Whether to look closer: enough fresh rows, and either the workload is quiet, or it has waited long enough, or so many
 * came that waiting is no use. Rows are at least as many as examples, so this refuses nothing that is due.
 */
export const isWorthALook = (standing: Standing, tickMs: number, patience: Patience): boolean => {
  const { freshRows, newestMs, oldestFreshMs } = standing.arrivals
  if (freshRows >= patience.examplesMax) return true
  const quiet = tickMs - newestMs >= patience.quietMs
  const sinceMs = standing.trigger?.createdAtMs ?? oldestFreshMs
  const waited = freshRows > 0 && tickMs - sinceMs >= patience.waitMaxMs
  return quiet || waited
}

/** True for an example that the last version can not have had: its row or its human answer is newer. */
export const isFresh = ({ row, human }: Chosen, last: DatasetVersion | undefined): boolean => {
  if (last === undefined) return true
  const read = last.offsets.find(({ partition }) => partition === row.partition)
  return row.offset >= (read?.offset ?? 0) || (human?.arrivedAtMs ?? 0) > last.createdAtMs
}

/** Whether the chosen examples are enough for a version. */
export const isDue = (
  standing: Standing,
  chosen: readonly Chosen[],
  patience: Patience,
): boolean => {
  const fresh = chosen.filter((each) => isFresh(each, standing.last))
  return fresh.length >= freshMin(standing, patience)
}

/** The trigger, unless a version answered it: the last one, or one that the table remembers. */
export const pendingTrigger = (
  trigger: RetrainTrigger | undefined,
  last: DatasetVersion | undefined,
  answered: ReadonlySet<string>,
): RetrainTrigger | undefined => {
  if (trigger === undefined || trigger.triggerId === last?.triggerId) return undefined
  return answered.has(trigger.triggerId) ? undefined : trigger
}
