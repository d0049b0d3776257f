import { isList, isObject, type Json, printJson } from './json.ts'
import type { AvroType, RecordType } from './model.ts'

const whole = (value: Json, bits: number): boolean => {
  if (typeof value === 'number' && !Number.isInteger(value)) return false
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  return BigInt.asIntN(bits, BigInt(value)) === BigInt(value)
}

const isNumber = (value: Json): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Bytes are written as a string of code points 0 to 255. */
const isBytes = (value: Json): value is string =>
  typeof value === 'string' && [...value].every((character) => character <= '\u00ff')

const recordFits = (type: RecordType, value: Json): boolean =>
  isObject(value) &&
  type.fields.every((field) => {
    const given = Object.hasOwn(value, field.name) ? value[field.name] : field.default
    return given !== undefined && defaultFits(field.type, given)
  })

/**
 * Whether a JSON value may be the default of a field of this type (Avro 1.11, "Complex Types": a union's default is of its first branch,
 * bytes and fixed are strings of code points 0 to 255, a record's value may leave out fields that have defaults).
 */
export const defaultFits = (type: AvroType, value: Json): boolean => {
  switch (type.kind) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
      return whole(value, 32)
    case 'long':
      return whole(value, 64)
    case 'float':
    case 'double':
      return isNumber(value)
    case 'string':
      return typeof value === 'string'
    case 'bytes':
      return isBytes(value)
    case 'fixed':
      return isBytes(value) && value.length === type.sizeBytes
    case 'enum':
      return typeof value === 'string' && type.symbols.includes(value)
    default:
      return partsFit(type, value)
  }
}

const partsFit = (
  type: Extract<AvroType, { kind: 'array' | 'map' | 'union' | 'record' }>,
  value: Json,
): boolean => {
  switch (type.kind) {
    case 'array':
      return isList(value) && value.every((item) => defaultFits(type.items, item))
    case 'map':
      return isObject(value) && Object.values(value).every((item) => defaultFits(type.values, item))
    case 'union': {
      const first = type.branches[0]
      return first !== undefined && defaultFits(first, value)
    }
    case 'record':
      return recordFits(type, value)
  }
}

/** What is wrong with a field's default, in words for a person. */
export const defaultFault = (record: string, field: string, type: AvroType, value: Json): string =>
  `the default ${printJson(value)} of field ${record}.${field} does not fit its type ` +
  `(${type.kind === 'union' ? 'a default is of the first branch of the union' : type.kind})`
