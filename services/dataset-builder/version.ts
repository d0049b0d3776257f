import { canonicalJson, digest, type PutObject } from '#kit'
import type { DatasetVersion, RetrainTrigger, SourceOffset } from '#schemas'
import { type Bodies, type Example, exampleOf } from './example.ts'
import { contentHashOf, filesOf, folderOf, type Placed, type SplitFile } from './files.ts'
import { groupsOf } from './group.ts'
import { likePairs, type Pair, pairsApart } from './likeness.ts'
import type { Chosen, Selection } from './select.ts'
import { leakOf, type Shares, splitOf } from './split.ts'

/** Most labels that a manifest counts one by one. */
const labelsMax = 1000
/** Each round joins groups, so there is an end; a second one is rare. */
const roundsMax = 8

/** Everything that a version is made of. */
export interface Material {
  readonly workload: string
  readonly selection: Selection
  /** Bodies of the chosen rows by `partition/offset`. */
  readonly bodies: ReadonlyMap<string, Bodies>
  /** The offset vector that the rows were read up to. */
  readonly offsets: readonly SourceOffset[]
  readonly last: DatasetVersion | undefined
  readonly trigger: RetrainTrigger | undefined
}

/** How a version is cut. */
export interface Cut extends Shares {
  readonly seed: number
  readonly likenessMin: number
}

/** A version and the objects that it consists of. */
export interface Built {
  readonly version: DatasetVersion
  readonly objects: readonly PutObject[]
}

/** The key of a row's bodies. */
export const positionKey = (row: { readonly partition: number; readonly offset: number }): string =>
  `${row.partition}/${row.offset}`

const countsBy = (names: readonly string[], namesMax = names.length): Record<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) {
    const counted = counts.has(name) || counts.size < namesMax ? name : '(others)'
    counts.set(counted, (counts.get(counted) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}

const readAll = (material: Material): { examples: Example[]; unreadable: number } => {
  const read = ({ row }: Chosen): Bodies | undefined => material.bodies.get(positionKey(row))
  const examples = material.selection.chosen
    .map((chosen) => {
      const bodies = read(chosen)
      return bodies === undefined ? undefined : exampleOf(chosen, bodies)
    })
    .filter((example) => example !== undefined)
    .sort((left, right) => (left.requestHash < right.requestHash ? -1 : 1))
  return { examples, unreadable: material.selection.chosen.length - examples.length }
}

const placeBy = (
  examples: readonly Example[],
  pairs: readonly Pair[],
  cut: Cut,
): readonly Placed[] => {
  const groups = groupsOf(examples, pairs)
  const grouped = examples.map((example, index) => ({ example, group: groups[index] ?? '' }))
  const homes = splitOf(
    grouped.map(({ example, group }) => ({ group, label: example.label })),
    cut,
    cut.seed,
  )
  const placed = grouped.map((each) => ({ ...each, split: homes.get(each.group) ?? 'train' }))
  const leak = leakOf(
    placed.map(({ split, group, example }) => {
      const session = example.sessionId === '' ? [] : [`session ${example.sessionId}`]
      return { split, keys: [`group ${group}`, `request ${example.requestHash}`, ...session] }
    }),
  )
  if (leak !== undefined) throw new Error(`a split leaks: ${leak.slice(0, 80)} stands in two`)
  return placed
}

/** Places, searches near-identical text across splits, and places anew with what it found until there is none. */
const place = (examples: readonly Example[], cut: Cut): readonly Placed[] => {
  const texts = examples.map(({ text }) => text)
  const pairs = [...likePairs(texts, cut.likenessMin)]
  for (let round = 0; round < roundsMax; round += 1) {
    const placed = placeBy(examples, pairs, cut)
    const homes = placed.map(({ split }) => split)
    const apart = pairsApart(texts, homes, cut.likenessMin)
    if (apart.length === 0) return placed
    pairs.push(...apart)
  }
  throw new Error(`a split leaks: near-identical texts stand in two after ${roundsMax} rounds`)
}

/** The objects of a version: its files, and `manifest.json`. */
export const objectsOf = (
  folder: string,
  files: readonly SplitFile[],
  content: Content,
): readonly PutObject[] => {
  const manifest = `${canonicalJson(content)}\n`
  const bodies = [
    ...files.map(({ split, body }) => [`${folder}/${split}.jsonl`, body] as const),
    [`${folder}/manifest.json`, manifest] as const,
  ]
  return bodies.map(([path, body]) => ({ kind: 'putObject', id: digest('put', path), path, body }))
}

/** What follows from the content of a version alone. */
export type Content = Omit<
  DatasetVersion,
  'filtered' | 'offsets' | 'previousVersion' | 'triggerId' | 'cause' | 'createdAtMs'
>

/** An example as a manifest counts it. */
type Counted = Pick<Example, 'label' | 'source' | 'eventTimeMs'>

/** Says what files hold; undefined when train or test would be empty. */
export const contentOf = (
  workload: string,
  files: readonly SplitFile[],
  examples: readonly Counted[],
  seed: number,
): { readonly content: Content; readonly folder: string } | undefined => {
  if (files.some(({ split, records }) => split !== 'validation' && records === 0)) return undefined
  const contentHash = contentHashOf(workload, files)
  const folder = folderOf(workload, contentHash)
  const times = examples.map(({ eventTimeMs }) => eventTimeMs)
  const content = {
    workload,
    datasetVersion: `${workload}@${contentHash.slice(0, 12)}`,
    contentHash,
    files: files.map(({ body: _, ...file }) => ({
      ...file,
      path: `${folder}/${file.split}.jsonl`,
    })),
    counts: Object.fromEntries(files.map(({ split, records }) => [split, records])),
    labels: countsBy(examples.map(({ label }) => label).sort(), labelsMax),
    sources: countsBy(examples.map(({ source }) => source).sort()),
    format: 'openai-chat-jsonl',
    seed,
    windowFromMs: times.reduce((least, time) => Math.min(least, time), Number.MAX_SAFE_INTEGER),
    windowToMs: times.reduce((most, time) => Math.max(most, time), 0),
  }
  return { content, folder }
}

/**
 * Builds a version: reads, groups, splits, checks that nothing stands in two splits, and names it by its content. The
 * same rows in any order give the same version. `manifest.json` holds what follows from the content alone, so that a
 * second build of the same content writes the same bytes; when and why it was built stands in the record.
 * Undefined when train or test would be empty. Throws when a split leaks: a bug.
 */
export const versionOf = (material: Material, cut: Cut, nowMs: number): Built | undefined => {
  const { workload, last, trigger, offsets, selection } = material
  const { examples, unreadable } = readAll(material)
  const placed = place(examples, cut)
  const files = filesOf(placed)
  const made = contentOf(workload, files, examples, cut.seed)
  if (made === undefined) return undefined
  const { content, folder } = made
  const filtered = unreadable === 0 ? selection.filtered : { ...selection.filtered, unreadable }
  const version: DatasetVersion = {
    ...content,
    filtered,
    offsets,
    previousVersion: last?.datasetVersion ?? '',
    triggerId: trigger?.triggerId ?? '',
    cause: trigger?.cause ?? 'volume',
    createdAtMs: nowMs,
  }
  return { version, objects: objectsOf(folder, files, content) }
}
