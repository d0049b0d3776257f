import type { AvroField, AvroRecord, AvroType } from './avro-type.ts'
import type { Cursor } from './cursor.ts'
import type { SkipCompiler } from './skip.ts'

/** Passes a record, checks all of it, and notes where the wanted fields begin. */
export type RecordIndex = (from: Cursor, starts: Int32Array) => void

/** A field that a column wants, by its path, and the slot of its start. */
export interface Wanted {
  readonly path: readonly string[]
  readonly slot: number
}

const noted =
  (slots: readonly number[], next: RecordIndex): RecordIndex =>
  (from, starts) => {
    for (const slot of slots) starts[slot] = from.position
    next(from, starts)
  }

const descend = (type: AvroType, wanted: readonly Wanted[], skips: SkipCompiler): RecordIndex => {
  if (type.kind === 'record') return compileIndex(type, wanted, skips)
  if (type.kind !== 'union') return skips.compile(type)
  const branches = type.branches.map((branch) => descend(branch, wanted, skips))
  return (from, starts) => {
    const branch = from.readIndex(branches.length, 'bad-union-branch')
    if (from.fault === undefined) branches[branch]?.(from, starts)
  }
}

const step = (field: AvroField, wanted: readonly Wanted[], skips: SkipCompiler): RecordIndex => {
  const mine = wanted.filter(({ path }) => path[0] === field.name)
  const slots = mine.filter(({ path }) => path.length === 1).map(({ slot }) => slot)
  const below = mine
    .filter(({ path }) => path.length > 1)
    .map(({ path, slot }) => ({ path: path.slice(1), slot }))
  const next = below.length > 0 ? descend(field.type, below, skips) : skips.compile(field.type)
  return slots.length > 0 ? noted(slots, next) : next
}

/**
 * Compiles the one pass over a record that comes before its columns are written, in whatever order.
 * A start stays as it was where a record on its path is null: fill `starts` with -1 first.
 */
export const compileIndex = (
  record: AvroRecord,
  wanted: readonly Wanted[],
  skips: SkipCompiler,
): RecordIndex => {
  const steps = record.fields.map((field) => step(field, wanted, skips))
  return (from, starts) => {
    for (const pass of steps) pass(from, starts)
  }
}

/** The field at a path, through nullable records too; undefined where this schema has none. */
export const fieldAt = (record: AvroRecord, path: readonly string[]): AvroField | undefined => {
  const field = record.fields.find(({ name }) => name === path[0])
  if (field === undefined || path.length === 1) return field
  const branches = field.type.kind === 'union' ? field.type.branches : [field.type]
  const inner = branches.find((branch) => branch.kind === 'record')
  return inner?.kind === 'record' ? fieldAt(inner, path.slice(1)) : undefined
}
