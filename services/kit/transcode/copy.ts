import type { PiiEngine, PiiKind } from '../privacy/index.ts'
import { type AvroField, type AvroRecord, type AvroType, coreOf } from './avro-type.ts'
import type { ClickHouseType } from './clickhouse-type.ts'
import { encodeConstant } from './constant.ts'
import { PlanError } from './reasons.ts'
import { compileIndex } from './record-index.ts'
import { type Copy, copyRedacted, type RedactionTally } from './redaction.ts'
import { compileScalar } from './scalars.ts'
import { SkipCompiler } from './skip.ts'

/** What the copying of one value is compiled from. */
interface Pair {
  /** The type that the bytes have. */
  readonly writer: AvroType
  /** The type in our own schema: its defaults, its order of a tuple's fields, its meaning. */
  readonly reader: AvroType
  readonly to: ClickHouseType
  readonly pii: PiiKind | undefined
  readonly fallback: unknown
}

/** Compiles the copying of values of one column. */
export class CopyCompiler {
  private readonly field: string
  private readonly engine: PiiEngine | undefined
  private readonly tally: RedactionTally
  private readonly skips = new SkipCompiler()

  constructor(field: string, engine: PiiEngine | undefined, tally: RedactionTally) {
    this.field = field
    this.engine = engine
    this.tally = tally
  }

  compile(pair: Pair): Copy {
    const { writer, to } = pair
    if (writer.kind === 'union') return this.union(pair, writer.branches)
    if (to.name === 'Nullable') return this.present(pair)
    if (writer.kind === 'array' && to.name === 'Array')
      return this.array(pair, writer.items, to.inner)
    if (writer.kind === 'map' && to.name === 'Map') return this.map(pair, writer.values, to)
    if (writer.kind === 'record' && to.name === 'Tuple') {
      return this.tuple(pair, writer, to.elements)
    }
    return this.scalar(pair)
  }

  private scalar({ writer, reader, to, pii }: Pair): Copy {
    const isText = writer.kind === 'string' || writer.kind === 'bytes'
    if (pii !== undefined && this.engine !== undefined && isText && to.name === 'String') {
      return copyRedacted(this.engine, pii, this.field, this.tally)
    }
    const copy = compileScalar(writer, coreOf(reader), to)
    if (copy !== undefined) return copy
    throw new PlanError(`${this.field}: Avro ${writer.kind} does not fit ClickHouse ${to.name}`)
  }

  private present(pair: Pair): Copy {
    if (pair.to.name !== 'Nullable') return this.compile(pair)
    const inner = this.compile({ ...pair, to: pair.to.inner })
    return (from, to) => {
      to.byte(0)
      inner(from, to)
    }
  }

  private union(pair: Pair, types: readonly AvroType[]): Copy {
    const nothing = encodeConstant(
      pair.to,
      pair.to.name === 'Nullable' ? null : pair.fallback,
      pair.reader,
    )
    const branches = types.map((writer): Copy => {
      if (writer.kind === 'null') return (_, to) => to.raw(nothing)
      return this.present({ ...pair, writer })
    })
    return (from, to) => {
      branches[from.readIndex(branches.length, 'bad-union-branch')]?.(from, to)
    }
  }

  private array(pair: Pair, writer: AvroType, to: ClickHouseType): Copy {
    const core = coreOf(pair.reader)
    const reader = core.kind === 'array' ? core.items : writer
    return blocks(this.compile({ ...pair, writer, reader, to, fallback: undefined }))
  }

  private map(pair: Pair, writer: AvroType, to: Extract<ClickHouseType, { name: 'Map' }>): Copy {
    const core = coreOf(pair.reader)
    const reader = core.kind === 'map' ? core.values : writer
    const text: AvroType = { kind: 'string' }
    const pii = pair.pii === undefined ? undefined : 'text'
    const key = this.compile({ writer: text, reader: text, to: to.key, pii, fallback: undefined })
    const value = this.compile({ ...pair, writer, reader, to: to.value, fallback: undefined })
    return blocks((from, row) => {
      key(from, row)
      value(from, row)
    })
  }

  private tuple(pair: Pair, writer: AvroRecord, elements: readonly ClickHouseType[]): Copy {
    const core = coreOf(pair.reader)
    const fields = core.kind === 'record' ? core.fields : writer.fields
    if (fields.length !== elements.length) {
      throw new PlanError(
        `${this.field}: a tuple of ${elements.length} for ${fields.length} fields`,
      )
    }
    const parts = elements.map((to, index) => this.element(pair, writer, fields[index], to))
    const wanted = fields.map(({ name }, slot) => ({ path: [name], slot }))
    const index = compileIndex(writer, wanted, this.skips)
    const starts = new Int32Array(fields.length).fill(-1)
    return (from, to) => {
      index(from, starts)
      const after = from.position
      for (let slot = 0; slot < parts.length; slot++) {
        from.position = starts[slot] as number
        parts[slot]?.(from, to)
      }
      from.position = after
    }
  }

  private element(
    pair: Pair,
    writer: AvroRecord,
    field: AvroField | undefined,
    to: ClickHouseType,
  ): Copy {
    const written = writer.fields.find(({ name }) => name === field?.name)
    const fallback = field?.fallback
    if (field === undefined || written === undefined) {
      const constant = encodeConstant(to, fallback, field?.type ?? { kind: 'null' })
      return (_, row) => row.raw(constant)
    }
    const pii = field.pii ?? written.pii ?? pair.pii
    return this.compile({ writer: written.type, reader: field.type, to, pii, fallback })
  }
}

/** Arrays and maps: their blocks become one; a length that comes out otherwise is corrected. */
const blocks =
  (item: Copy): Copy =>
  (from, to) => {
    const lengthAt = to.position
    const first = from.readBlock()
    to.varuint(first)
    const itemsAt = to.position
    let total = first
    for (let count = first; count !== 0; total += count) {
      for (let index = 0; index < count && from.fault === undefined; index++) item(from, to)
      count = from.readBlock()
    }
    if (total !== first) to.recount(lengthAt, itemsAt, total)
  }
