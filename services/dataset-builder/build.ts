import { defineTimer, emitAll, message, type SettingsOf } from '#kit'
import { type DatasetVersion, type RetrainTrigger, type SourceOffset, topics } from '#schemas'
import { type Arrivals, isDue, isWorthALook, pendingTrigger, type Standing } from './due.ts'
import type { Bodies } from './example.ts'
import { type HumanAnswer, type Outline, select } from './select.ts'
import { settings } from './settings.ts'
import { type Material, versionOf } from './version.ts'

/** Which rows of a workload: event time from, up to the offset vector, the newest so many. */
export interface Window {
  readonly workload: string
  readonly fromMs: number
  readonly offsets: readonly SourceOffset[]
  readonly rowsMax: number
}

/** What was published of a workload before. */
export interface Published {
  readonly contentHashes: ReadonlySet<string>
  readonly triggerIds: ReadonlySet<string>
}

/** The tables that datasets are built from. */
export interface Tables {
  /** First offset of each partition of `curated` that is not in the table. */
  offsets(): Promise<readonly SourceOffset[]>
  /** What came for each workload, by the vectors that their last versions read up to. */
  arrivals(
    offsets: readonly SourceOffset[],
    last: ReadonlyMap<string, readonly SourceOffset[]>,
  ): Promise<readonly Arrivals[]>
  outlines(window: Window): Promise<readonly Outline[]>
  /** In order of arrival. */
  humanAnswers(window: Window): Promise<readonly HumanAnswer[]>
  bodies(window: Window): Promise<ReadonlyMap<string, Bodies>>
  published(workload: string): Promise<Published>
}

/** What the builder needs of the outside. */
export interface World {
  readonly tables: Tables
  /** Resolves when the three below know every committed record. */
  latest(): Promise<void>
  versions(): Iterable<DatasetVersion>
  trigger(workload: string): RetrainTrigger | undefined
  /** Whether a person asked to have forgotten what is of this time. */
  isForgotten(subject: string, eventTimeMs: number): boolean
}

/** What a version is to be made of, and what it must not repeat. */
export interface Due extends Material {
  readonly contentHashes: ReadonlySet<string>
}

type Values = SettingsOf<typeof settings>

const materialOf = async (
  standing: Standing,
  published: Published,
  offsets: readonly SourceOffset[],
  world: World,
  values: Values,
): Promise<readonly Due[]> => {
  const { arrivals, last, trigger } = standing
  const { workload } = arrivals
  const fromMs = trigger?.windowFromMs ?? 0
  const window = { workload, fromMs, offsets, rowsMax: values.examplesMax }
  const rows = await world.tables.outlines(window)
  const humans = await world.tables.humanAnswers(window)
  const { excludedFlags } = values
  const isForgotten: World['isForgotten'] = (...record) => world.isForgotten(...record)
  const selection = select(rows, humans, { excludedFlags, isForgotten })
  if (!isDue(standing, selection.chosen, values)) return []
  const bodies = await world.tables.bodies(window)
  const { contentHashes } = published
  return [{ workload, selection, bodies, offsets, last, trigger, contentHashes }]
}

const lookAt = async (
  arrivals: Arrivals,
  last: DatasetVersion | undefined,
  offsets: readonly SourceOffset[],
  context: { readonly world: World; readonly values: Values; readonly tickMs: number },
): Promise<readonly Due[]> => {
  const { world, values, tickMs } = context
  const newest = world.trigger(arrivals.workload)
  const trigger = newest?.triggerId === last?.triggerId ? undefined : newest
  if (arrivals.freshRows === 0 && trigger === undefined) return []
  if (!isWorthALook({ arrivals, last, trigger }, tickMs, values)) return []
  const published = await world.tables.published(arrivals.workload)
  const pending = pendingTrigger(trigger, last, published.triggerIds)
  const fewest = pending === undefined ? values.examplesMin : 0
  if (arrivals.freshRows < fewest) return []
  const standing = { arrivals, last, trigger: pending }
  return materialOf(standing, published, offsets, world, values)
}

/**
 * Looks at every workload and builds the versions that are due: after enough fresh examples, or for a retrain trigger from
 * the data of its window. While a trigger waits for data, no other version of its workload is built.
 */
export const build = defineTimer({
  service: 'dataset-builder',
  name: 'build',
  owner: topics.curated,
  outputs: [topics.trainingReady],
  settings,
  intervalMs: ({ intervalMs }) => intervalMs,

  gather: async (tickMs, world: World, values): Promise<readonly Due[]> => {
    await world.latest()
    const offsets = await world.tables.offsets()
    if (offsets.length === 0) return []
    const versions = new Map([...world.versions()].map((last) => [last.workload, last]))
    const floors = new Map([...versions].map(([workload, last]) => [workload, last.offsets]))
    const due: Due[] = []
    for (const arrivals of await world.tables.arrivals(offsets, floors)) {
      const last = versions.get(arrivals.workload)
      due.push(...(await lookAt(arrivals, last, offsets, { world, values, tickMs })))
    }
    return due
  },

  decide: ({ facts, settings: values, tickMs }) => {
    const built = facts.flatMap((due) => {
      const one = versionOf(due, values, tickMs)
      const known = one === undefined || due.contentHashes.has(one.version.contentHash)
      return known || one.version.contentHash === due.last?.contentHash ? [] : [one]
    })
    return emitAll(
      built.map(({ version }) => message(topics.trainingReady, version)),
      built.flatMap(({ objects }) => objects),
    )
  },
})
