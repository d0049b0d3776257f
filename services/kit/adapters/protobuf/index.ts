import protobuf from 'protobufjs'

/** A message of a protobuf schema. */
export interface ProtobufType {
  /**
   * Reads bytes as a plain object: names in camel case, 64-bit integers as decimal text, enums as numbers, `bytes` as Uint8Array, and
   * no field that was not sent. Throws for bytes that are no such message, or nest deeper than 100 messages.
   */
  decode(bytes: Uint8Array): unknown
  /** Writes a plain object of the same form. */
  encode(value: Readonly<Record<string, unknown>>): Buffer
}

/** Makes messages of a schema ready to read and write by name. */
export const protobufTypes = (schema: string): ((name: string) => ProtobufType) => {
  const { root } = protobuf.parse(schema)
  return (name) => {
    const type = root.lookupType(name)
    return {
      decode: (bytes) => type.toObject(type.decode(bytes), { longs: String }),
      encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    }
  }
}
