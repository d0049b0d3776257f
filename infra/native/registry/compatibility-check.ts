import { type Fault, type FaultKind, readFaults } from './avro/compatibility.ts'
import type { AvroSchema } from './avro/model.ts'
import type { Level } from './log-record.ts'

/** An earlier version to compare with; `avro` is undefined where its type can't be read here. */
export interface Earlier {
  readonly version: number
  readonly schema: string
  readonly avro: AvroSchema | undefined
}

const explanations: Readonly<
  Record<FaultKind, (fault: Fault, reader: string, writer: string) => string>
> = {
  NAME_MISMATCH: ({ path }) => `The name of the schema has changed (path '${path}')`,
  FIXED_SIZE_MISMATCH: ({ path }, reader, writer) =>
    `The size of the fixed type at path '${path}' in the ${reader} schema does not match the ${writer} schema`,
  MISSING_ENUM_SYMBOLS: ({ path, detail }, reader, writer) =>
    `The ${reader} schema lacks enum symbols ${detail} at path '${path}' that the ${writer} schema has, and has no enum default`,
  READER_FIELD_MISSING_DEFAULT_VALUE: ({ path, detail }, reader, writer) =>
    `The field '${detail}' at path '${path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`,
  TYPE_MISMATCH: ({ path }, reader, writer) =>
    `The type at path '${path}' in the ${reader} schema does not match the ${writer} schema`,
  MISSING_UNION_BRANCH: ({ path }, reader, writer) =>
    `The ${reader} schema lacks a type inside a union at path '${path}' that the ${writer} schema has`,
}

const describe = (fault: Fault, reader: string, writer: string): string =>
  `{errorType:'${fault.kind}', description:'${explanations[fault.kind](fault, reader, writer)}', additionalInfo:'${fault.detail}'}`

const against = (level: Level, candidate: AvroSchema, earlier: Earlier): readonly string[] => {
  const { avro } = earlier
  if (avro === undefined) {
    return ["{errorType:'TYPE_MISMATCH', description:'The earlier version is no Avro schema'}"]
  }
  const backward = level.startsWith('FORWARD') ? [] : readFaults(candidate, avro)
  const forward = level.startsWith('BACKWARD') ? [] : readFaults(avro, candidate)
  return [
    ...backward.map((fault) => describe(fault, 'new', 'old')),
    ...forward.map((fault) => describe(fault, 'old', 'new')),
  ]
}

/**
 * Why a schema may not follow the earlier versions at a level; empty when it may. BACKWARD: the new one reads the old one's data;
 * FORWARD: the old one reads the new one's; FULL: both; TRANSITIVE: with every earlier version, else with the latest alone.
 * The latest version that doesn't fit is named; versions come lowest first.
 */
export const compatibilityFaults = (
  level: Level,
  candidate: AvroSchema,
  earlier: readonly Earlier[],
): readonly string[] => {
  if (level === 'NONE') return []
  const compared = level.endsWith('_TRANSITIVE') ? earlier.toReversed() : earlier.slice(-1)
  for (const one of compared) {
    const messages = against(level, candidate, one)
    if (messages.length === 0) continue
    const where = [`{oldSchemaVersion: ${one.version}}`, `{oldSchema: '${one.schema}'}`]
    return [...messages, ...where, `{compatibility: '${level}'}`]
  }
  return []
}
