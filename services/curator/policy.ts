import { parse } from 'yaml'
import { z } from 'zod'
import { canonicalJson, digest, StartFault } from '#kit'
import { chatPreset, type FilterPreset, filterNames } from './quality/suite.ts'

/** What an answer can be found to be, in the order in which one of several findings is named as the reason. */
export const findingClasses = [
  'zero information',
  'invalid tool call',
  'refused',
  'truncated',
  'unbalanced code fence',
  'prompt echo',
  'other language',
  'low quality',
] as const
export type FindingClass = (typeof findingClasses)[number]

/** What a finding leads to: `drop` before `review` before `flag`; `off` does not look for it. */
export type Action = 'drop' | 'review' | 'flag' | 'off'

/** How the calls of a workload are curated. */
export interface Policy {
  readonly actions: Readonly<Record<FindingClass, Action>>
  /** Languages (ISO 639-1) that are wanted; empty for all. An unknown one is never unwanted. */
  readonly languages: readonly string[]
  /** Bounds of filters in place of Curator's. */
  readonly filters: FilterPreset
}

/** Policies by workload, and a digest of them for the lineage of what they judged. */
export interface Policies {
  readonly policyOf: (workload: string) => Policy
  readonly version: string
}

const action = z.enum(['drop', 'review', 'flag', 'off'])
const bounds = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  above: z.number().optional(),
  wordsMin: z.int().min(0).optional(),
})
const entry = z.strictObject({
  preset: z.enum(['chat', 'document']).optional(),
  actions: z.partialRecord(z.enum(findingClasses), action).default({}),
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/)).optional(),
  filters: z.partialRecord(z.enum(filterNames), z.union([z.literal('off'), bounds])).default({}),
})
const file = z.strictObject({
  default: entry.required({ languages: true, preset: true }).extend({
    actions: z.record(z.enum(findingClasses), action),
  }),
  workloads: z.record(z.string().min(1), entry).default({}),
})

type Entry = z.infer<typeof entry>
type File = z.infer<typeof file>

const documentOf = (yaml: string): unknown => {
  try {
    return parse(yaml)
  } catch (error) {
    throw new StartFault(`The curation policy is not YAML: ${String(error).slice(0, 200)}`)
  }
}

const presets = { chat: chatPreset, document: {} } as const

const definedOf = (filters: Entry['filters']): FilterPreset =>
  Object.fromEntries(
    Object.entries(filters).flatMap(([name, own]) => (own === undefined ? [] : [[name, own]])),
  )

const merge = (base: File['default'], own: Entry): Policy => {
  const preset = presets[own.preset ?? base.preset]
  return {
    actions: { ...base.actions, ...own.actions },
    languages: own.languages ?? base.languages,
    filters: { ...preset, ...definedOf(base.filters), ...definedOf(own.filters) },
  }
}

/** Reads a curation policy. Throws `StartFault` that names every fault. */
export const readPolicies = (yaml: string): Policies => {
  const read = file.safeParse(documentOf(yaml))
  if (!read.success)
    throw new StartFault(`The curation policy does not fit:\n${z.prettifyError(read.error)}`)
  const base = read.data.default
  const common = merge(base, { actions: {}, filters: {} })
  const named = new Map(
    Object.entries(read.data.workloads).map(([name, own]) => [name, merge(base, own)]),
  )
  return {
    policyOf: (workload) => named.get(workload) ?? common,
    version: digest('curation policy', canonicalJson(read.data)).slice(0, 8),
  }
}
