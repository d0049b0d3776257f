import type { AvroType } from './avro-type.ts'
import type { ClickHouseType } from './clickhouse-type.ts'
import { type Copy, copyBytes, copyText } from './redaction.ts'
import { RowWriter } from './row-writer.ts'

/** DateTime64 holds the years 1900 to 2299; beyond them ClickHouse would store another time. */
const secondsMin = -2_208_988_800
const secondsMax = 10_413_791_999

const precisions: Readonly<Record<string, number>> = {
  'timestamp-millis': 3,
  'timestamp-micros': 6,
}

const copyInteger =
  ({ sizeBytes, min, max }: Extract<ClickHouseType, { name: 'Integer' }>): Copy =>
  (from, to) => {
    from.readLong()
    const value = from.long
    if (value < min || value > max) from.fail('int-out-of-range')
    else to.integer(from.low, from.high, sizeBytes)
  }

const copyTime = (precision: number): Copy => {
  const scale = 10 ** precision
  const [min, max] = [secondsMin * scale, (secondsMax + 1) * scale]
  return (from, to) => {
    from.readLong()
    const value = from.long
    if (value < min || value >= max) from.fail('time-out-of-range')
    else to.integer(from.low, from.high, 8)
  }
}

const copyLongAsDouble: Copy = (from, to) => {
  from.readLong()
  to.double(from.long)
}

const copyFixed =
  (length: number, isString: boolean): Copy =>
  (from, to) => {
    const start = from.position
    from.position += length
    if (isString) to.varuint(length)
    to.copy(from.bytes, start, from.position)
  }

const copyFloatAsDouble: Copy = (from, to) => {
  to.double(from.bytes.readFloatLE(from.position))
  from.position += 4
}

const copyEnum = (symbols: readonly string[]): Copy => {
  const encoded = symbols.map((symbol) => {
    const to = new RowWriter(symbol.length + 8)
    to.string(symbol)
    return Buffer.from(to.written())
  })
  return (from, to) => {
    const symbol = encoded[from.readIndex(symbols.length, 'bad-enum-symbol')]
    if (symbol !== undefined) to.copy(symbol, 0, symbol.length)
  }
}

const wholeNumber = (avro: AvroType, reader: AvroType, to: ClickHouseType): Copy | undefined => {
  if (to.name === 'Integer') return copyInteger(to)
  if (to.name === 'Float64') return copyLongAsDouble
  if (to.name !== 'DateTime64' || avro.kind !== 'long') return undefined
  const logical = avro.logicalType ?? ('logicalType' in reader ? reader.logicalType : undefined)
  return precisions[logical ?? ''] === to.precision ? copyTime(to.precision) : undefined
}

const boolean = (to: ClickHouseType): Copy | undefined => {
  const fits = to.name === 'Bool' || (to.name === 'Integer' && to.sizeBytes === 1)
  return fits ? copyFixed(1, false) : undefined
}

const fixed = (sizeBytes: number, to: ClickHouseType): Copy | undefined => {
  if (to.name === 'String') return copyFixed(sizeBytes, true)
  const fits = to.name === 'FixedString' && to.sizeBytes === sizeBytes
  return fits ? copyFixed(sizeBytes, false) : undefined
}

const real = (kind: 'float' | 'double', to: ClickHouseType): Copy | undefined => {
  if (to.name === 'Float64') return kind === 'double' ? copyFixed(8, false) : copyFloatAsDouble
  return to.name === 'Float32' && kind === 'float' ? copyFixed(4, false) : undefined
}

/**
 * The copying of a scalar, or undefined where the types don't go together. Whole numbers are checked
 * against the column's range, times against DateTime64's.
 */
export const compileScalar = (
  avro: AvroType,
  reader: AvroType,
  to: ClickHouseType,
): Copy | undefined => {
  const isString = to.name === 'String'
  switch (avro.kind) {
    case 'string':
      return isString ? copyText : undefined
    case 'bytes':
      return isString ? copyBytes : undefined
    case 'enum':
      return isString ? copyEnum(avro.symbols) : undefined
    case 'boolean':
      return boolean(to)
    case 'fixed':
      return fixed(avro.sizeBytes, to)
    case 'float':
    case 'double':
      return real(avro.kind, to)
    case 'int':
    case 'long':
      return wholeNumber(avro, reader, to)
    default:
      return undefined
  }
}
