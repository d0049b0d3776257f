import { type Fields, fieldsOf, listOf, wordOf } from './values.ts'

/** Deepest nesting of a value that is read. */
const depthMax = 16

/** A value that nests deeper than is read. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
}

const integerOf = (value: unknown): number | string => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

const bytesOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : wordOf(value)

const readers: Readonly<Record<string, (value: unknown, depth: number) => unknown>> = {
  stringValue: (value) => wordOf(value).toWellFormed(),
  boolValue: (value) => value === true,
  intValue: integerOf,
  doubleValue: Number,
  bytesValue: bytesOf,
  arrayValue: (value, depth) =>
    listOf(fieldsOf(value)['values']).map((item) => anyValueOf(item, depth + 1)),
  kvlistValue: (value, depth) => attributesOf(fieldsOf(value)['values'], depth + 1),
}

/** An OTLP AnyValue, read from JSON or protobuf, as plain data; null where it holds nothing. Throws `TooDeep`. */
const anyValueOf = (given: unknown, depth: number): unknown => {
  if (depth > depthMax) throw new TooDeep(`A value is nested deeper than ${depthMax}.`)
  for (const [name, value] of Object.entries(fieldsOf(given))) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (read !== undefined && value !== null) return read(value, depth)
  }
  return null
}

/** A list of OTLP's KeyValue as an object of plain data. Throws `TooDeep`. */
export const attributesOf = (given: unknown, depth = 0): Fields =>
  Object.fromEntries(
    listOf(given)
      .map(fieldsOf)
      .map(({ key, value }) => [wordOf(key).toWellFormed(), anyValueOf(value, depth)]),
  )
