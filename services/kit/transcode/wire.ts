/** Length of the header of Confluent's wire format: a zero byte and the schema id, big-endian. */
export const wireHeaderBytes = 5

/** The schema id of a message in Confluent's wire format, or undefined if it has no such header. */
export const schemaIdOf = (bytes: Buffer): number | undefined =>
  bytes.length >= wireHeaderBytes && bytes[0] === 0 ? bytes.readUInt32BE(1) : undefined
