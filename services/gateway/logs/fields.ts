import { z } from 'zod'

const orNull = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? null)

const word = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) =>
    String(value ?? '')
      .trim()
      .toWellFormed(),
  )
  .pipe(z.string().max(256))
const milliseconds = orNull(z.number().min(0).max(1e10))
const tokens = orNull(z.int().min(0).max(1e9))
const ratio = z.number().min(0).max(1)
const time = z.union([z.number(), z.string().max(64)]).nullish()
const names = z
  .array(z.string().max(256))
  .max(256)
  .nullish()
  .transform((given) => (given ?? []).map((name) => name.toWellFormed()))
const errorCharactersMax = 4096
const failure = z
  .union([z.string(), z.looseObject({ message: z.string() }).transform(({ message }) => message)])
  .nullish()
  .transform((text) => (text ?? '').slice(0, errorCharactersMax).toWellFormed())

/** The fields of a record that are known by name, after `aliases`. */
export const fieldsSchema = z.object({
  requestId: word,
  traceId: word,
  sessionId: word,
  agentId: word,
  parentId: word,
  tenant: word,
  client: word,
  workload: word,
  subject: word,
  eventTimeMs: time,
  eventTime: time,
  request: z.unknown().optional(),
  response: z.unknown().optional(),
  model: word,
  servedBy: word,
  role: z
    .enum(['served', 'shadow', 'sampled'])
    .nullish()
    .transform((role) => role ?? 'served'),
  artifactHash: word,
  routeReason: word,
  canaryShare: ratio.nullish().transform((share) => share ?? 0),
  confidence: orNull(ratio),
  promptTokens: tokens,
  completionTokens: tokens,
  ttftMs: milliseconds,
  latencyMs: milliseconds,
  costUsd: orNull(z.number().min(0).max(1e6)),
  status: orNull(z.int().min(100).max(599)),
  finishReason: word,
  error: failure,
  railHits: names,
  chunkIds: names,
  feedback: z.unknown().optional(),
  attributes: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((given) => given ?? {}),
})

/** A record's fields, checked one by one. */
export type Fields = z.infer<typeof fieldsSchema>

const aliases: ReadonlyMap<string, keyof Fields> = new Map([
  ['id', 'requestId'],
  ['timestamp', 'eventTime'],
  ['created', 'eventTime'],
  ['created_at', 'eventTime'],
  ['chunks', 'response'],
  ['workload_id', 'workload'],
  ['client_id', 'client'],
  ['tenant_id', 'tenant'],
  ['user', 'subject'],
  ['user_id', 'subject'],
])

const known: ReadonlySet<string> = new Set(Object.keys(fieldsSchema.shape))
const isKnown = (name: string): name is keyof Fields => known.has(name)

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const fieldOf = (name: string): keyof Fields | undefined => {
  if (isKnown(name)) return name
  const camel = camelCase(name)
  return isKnown(camel) ? camel : aliases.get(name)
}

/** Our own name counts before its snake case, and that before an alias. */
const rankOf = (name: string): number => (isKnown(name) ? 0 : aliases.has(name) ? 2 : 1)

/** A record with its known fields under our names, what each was called, and the fields that nobody knows. */
export interface Named {
  readonly known: Readonly<Record<string, unknown>>
  readonly calledAs: ReadonlyMap<string, string>
  readonly unknown: readonly (readonly [string, unknown])[]
}

/**
 * Finds the fields of a record by our names, the same in snake case, or their aliases. Where two name the same field, ours
 * counts and then the first; the other is unknown like the rest. Nulls are absent.
 */
export const nameFields = (record: Readonly<Record<string, unknown>>): Named => {
  const calledAs = new Map<string, string>()
  const given = Object.entries(record).filter(([, value]) => value !== null)
  const byRank = given.toSorted(([left], [right]) => rankOf(left) - rankOf(right))
  const unknown: [string, unknown][] = []
  const found: [string, unknown][] = []
  for (const [name, value] of byRank) {
    const field = fieldOf(name)
    if (field === undefined || calledAs.has(field)) {
      unknown.push([name, value])
      continue
    }
    calledAs.set(field, name)
    found.push([field, value])
  }
  return { known: Object.fromEntries(found), calledAs, unknown }
}
