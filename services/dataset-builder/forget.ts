import { canonicalJson, type Delivery, defineTimer, digest, emitAll, integer, message } from '#kit'
import { type DatasetVersion, topics } from '#schemas'
import type { Rewritten } from './rewrite.ts'
import { type Content, objectsOf } from './version.ts'

/** A file that stands in a version's folder. */
export interface StoredFile {
  readonly path: string
  readonly sha256: string
  readonly sizeBytes: number
}

/** A version that holds somebody who is forgotten, and itself without them. */
export interface Affected {
  readonly folder: string
  /** What its manifest says; undefined where a crash left files without one. */
  readonly content: Content | undefined
  /** The files that stand there now, without the manifest. */
  readonly files: readonly StoredFile[]
  /** Undefined where files are missing: the version was never whole, or is half removed. */
  readonly rewritten: Rewritten | undefined
  /** True where a receipt says that its removal began. */
  readonly hasReceipt: boolean
  /** Its record, where it is the newest version of its workload. */
  readonly current: DatasetVersion | undefined
}

/** What forgetting needs of the outside. */
export interface ForgetWorld {
  /** Versions that hold people who are forgotten by now, at most so many. */
  readonly affected: (versionsMax: number, signal: AbortSignal) => Promise<readonly Affected[]>
}

const removalsOf = ({ files }: Affected): readonly Delivery[] =>
  files.map(({ path }) => ({ kind: 'removeObject', id: digest('remove', path), path }))

/** What went and where to: kept beside the manifest for ever. The same removal writes the same bytes. */
const receiptOf = (one: Affected, rewrittenAs: string): readonly Delivery[] => {
  if (one.hasReceipt) return []
  const receipt = canonicalJson({
    datasetVersion: one.content?.datasetVersion ?? '',
    rewrittenAs,
    subjects: one.rewritten?.subjects ?? [],
    examplesRemoved: one.rewritten?.removed ?? null,
    filesRemoved: one.files,
  })
  const path = `${one.folder}/forgotten-${digest('receipt', receipt).slice(0, 12)}.json`
  return [{ kind: 'putObject', id: digest('put', path), path, body: `${receipt}\n` }]
}

/** The record of a rewritten version: it takes the place of the newest, with what that had read and answered. */
const recordOf = (
  content: Content,
  current: DatasetVersion,
  removed: number,
  nowMs: number,
): DatasetVersion => ({
  ...content,
  filtered: {
    ...current.filtered,
    'subject forgotten': (current.filtered['subject forgotten'] ?? 0) + removed,
  },
  offsets: current.offsets,
  previousVersion: current.datasetVersion,
  triggerId: current.triggerId,
  cause: 'forgotten',
  createdAtMs: nowMs,
})

/**
 * The newest version of a workload is first published anew; once the topic names its successor, it is removed like any older
 * version: the files go, manifest and receipt stay.
 */
const consequencesOf = (one: Affected, nowMs: number) => {
  const made = one.rewritten?.made
  const written: readonly Delivery[] =
    made === undefined ? [] : objectsOf(made.folder, one.rewritten?.files ?? [], made.content)
  if (one.current !== undefined && made !== undefined && one.rewritten !== undefined) {
    const version = recordOf(made.content, one.current, one.rewritten.removed, nowMs)
    return { messages: [message(topics.trainingReady, version)], deliveries: written }
  }
  const receipt = receiptOf(one, made?.content.datasetVersion ?? '')
  return { messages: [], deliveries: [...written, ...receipt, ...removalsOf(one)] }
}

/** Rewrites every version that holds somebody who is forgotten, and removes the files of the old one. */
export const forget = defineTimer({
  service: 'dataset-builder',
  name: 'forget',
  owner: topics.curated,
  outputs: [topics.trainingReady],
  settings: {
    intervalMs: integer(
      'FORGET_INTERVAL_MS',
      15_000,
      'How often to look for versions that hold people who are forgotten.',
      { min: 100 },
    ),
    versionsMax: integer('FORGET_VERSIONS_MAX', 4, 'Most versions rewritten at a time.', {
      min: 1,
    }),
  },
  intervalMs: ({ intervalMs }) => intervalMs,

  gather: (_tickMs, world: ForgetWorld, { versionsMax }, signal) =>
    world.affected(versionsMax, signal),

  decide: ({ facts, tickMs }) => {
    const all = facts.map((one) => consequencesOf(one, tickMs))
    return emitAll(
      all.flatMap(({ messages }) => messages),
      all.flatMap(({ deliveries }) => deliveries),
    )
  },
})
