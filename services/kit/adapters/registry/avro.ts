import avsc from 'avsc'
import type { Decoded } from '../../runtime/codec.ts'

const headerBytes = 5
const keptScratchBytes = 4_000_000

/** Avro bytes to a value, or why not. */
export type Reader = (payload: Buffer) => Decoded

/** A value to a record in Confluent's wire format. Throws `TypeError` with the paths that don't fit. */
export type Writer = (value: unknown) => Buffer

const parse = (schema: string): avsc.Type => avsc.Type.forSchema(JSON.parse(schema))

const failing: Reader = () => ({ fault: 'does not parse' })

/**
 * Reads what was written with `writer` as our `reader` schema, so that defaults apply to fields that the writer did not
 * know. Where the two can't be reconciled, nothing parses.
 */
export const avroReader = (reader: string, writer: string): Reader => {
  try {
    const type = parse(reader)
    const resolver = type.createResolver(parse(writer))
    return (payload) => {
      try {
        return { value: type.fromBuffer(payload, resolver) }
      } catch {
        return { fault: 'does not parse' }
      }
    }
  } catch {
    return failing
  }
}

const misfit = (type: avsc.Type, value: unknown): TypeError => {
  const paths: string[] = []
  type.isValid(value, { errorHook: (path) => paths.push(path.join('.')) })
  return new TypeError(`does not fit ${type.name ?? 'its schema'} at ${paths.join(', ')}`)
}

let scratch = Buffer.allocUnsafe(65_536)

/** Encodes into a shared buffer that grows with the largest record; an unusually large one is let go again. */
const encodeInScratch = (type: avsc.Type, value: unknown): Buffer => {
  const end = type.encode(value, scratch, headerBytes)
  if (end >= 0) return Buffer.from(scratch.subarray(0, end))
  const large = Buffer.allocUnsafe(scratch.byteLength - end)
  const reached = type.encode(value, large, headerBytes)
  if (large.byteLength <= keptScratchBytes) scratch = large
  return Buffer.from(large.subarray(0, reached))
}

/** Writes values of a schema under the id that the registry gave it. */
export const avroWriter = (schema: string, id: number): Writer => {
  const type = parse(schema)
  return (value) => {
    try {
      const record = encodeInScratch(type, value)
      record.writeUInt8(0, 0)
      record.writeUInt32BE(id, 1)
      return record
    } catch {
      // avsc quotes the value in its message; ours names the paths only.
      throw misfit(type, value)
    }
  }
}
