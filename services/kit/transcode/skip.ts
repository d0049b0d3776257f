import type { AvroRecord, AvroType } from './avro-type.ts'
import type { Cursor } from './cursor.ts'

/** Passes one value and checks all of it. */
export type Skip = (from: Cursor) => void

const skipLong: Skip = (from) => from.readLong()

const skipInt: Skip = (from) => {
  from.readLong()
  if (from.high !== from.low >> 31) from.fail('int-out-of-range')
}

const skipBoolean: Skip = (from) => {
  const { position } = from
  from.skip(1)
  if (from.fault === undefined && (from.bytes[position] as number) > 1) from.fail('bad-boolean')
}

const skipSized: Skip = (from) => {
  const length = from.readLength()
  from.position += length
}

const scalars = {
  null: () => undefined,
  boolean: skipBoolean,
  int: skipInt,
  long: skipLong,
  float: (from) => from.skip(4),
  double: (from) => from.skip(8),
  bytes: skipSized,
  string: skipSized,
} as const satisfies Record<string, Skip>

const sizesMin = {
  ...{ null: 0, boolean: 1, int: 1, long: 1, float: 4, double: 8, bytes: 1, string: 1 },
  ...{ enum: 1, array: 1, map: 1 },
} as const

/** The fewest bytes that a value of a type takes. A record that holds itself counts as 0 inside. */
export const sizeMinOf = (type: AvroType, within: readonly AvroType[] = []): number => {
  if (type.kind === 'fixed') return type.sizeBytes
  if (type.kind === 'union') {
    return 1 + Math.min(...type.branches.map((branch) => sizeMinOf(branch, within)))
  }
  if (type.kind !== 'record') return sizesMin[type.kind]
  if (within.includes(type)) return 0
  const sizes = type.fields.map((field) => sizeMinOf(field.type, [...within, type]))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const skipItems = (from: Cursor, item: Skip, count: number): void => {
  const { blockEnd } = from
  for (let index = 0; index < count && from.fault === undefined; index++) item(from)
  if (blockEnd !== -1 && from.position !== blockEnd) from.fail('block-size-mismatch')
}

const skipBlocks =
  (item: Skip, sizeMin: number): Skip =>
  (from) => {
    for (let count = from.readBlock(); count !== 0; count = from.readBlock()) {
      if (from.allows(count, sizeMin)) skipItems(from, item, count)
    }
  }

/** Compiles the skipping of types; one compiler for a schema, so that recursion finds its start. */
export class SkipCompiler {
  private readonly records = new Map<AvroRecord, Skip>()

  compile(type: AvroType): Skip {
    switch (type.kind) {
      case 'record':
        return this.record(type)
      case 'fixed':
        return (from) => from.skip(type.sizeBytes)
      case 'enum': {
        const count = type.symbols.length
        return (from) => {
          from.readIndex(count, 'bad-enum-symbol')
        }
      }
      case 'array':
        return skipBlocks(this.compile(type.items), sizeMinOf(type.items))
      case 'map': {
        const value = this.compile(type.values)
        const entry: Skip = (from) => {
          skipSized(from)
          value(from)
        }
        return skipBlocks(entry, 1 + sizeMinOf(type.values))
      }
      case 'union':
        return this.union(type.branches)
      default:
        return scalars[type.kind]
    }
  }

  private union(types: readonly AvroType[]): Skip {
    const branches = types.map((branch) => this.compile(branch))
    return (from) => {
      const branch = from.readIndex(branches.length, 'bad-union-branch')
      if (from.fault === undefined) branches[branch]?.(from)
    }
  }

  private record(type: AvroRecord): Skip {
    const known = this.records.get(type)
    if (known !== undefined) return known
    const fields: Skip[] = []
    const skip: Skip = (from) => {
      if (!from.enter()) return
      for (const field of fields) field(from)
      from.leave()
    }
    this.records.set(type, skip)
    for (const field of type.fields) fields.push(this.compile(field.type))
    return skip
  }
}
