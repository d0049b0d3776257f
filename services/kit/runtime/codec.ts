import type { Topic } from '#schemas'

/** Why bytes could not become a record; a reason for dead letters. */
export type DecodeFault = 'no value' | 'not avro' | 'unknown schema id' | 'does not parse'

export type Decoded = { readonly value: unknown } | { readonly fault: DecodeFault }

/** Bytes to records and back, by the schemas of the topics. */
export interface Codec {
  /** One answer a value, in order. Throws `Transient` when the registry can't be asked about a schema id. */
  decode(topic: Topic, values: readonly (Buffer | null)[]): Promise<readonly Decoded[]>
  /** Throws when the value does not fit the schema. The topic was registered before. */
  encode(topic: Topic, value: unknown): Buffer
  /** The schema of an id, as JSON text; undefined where the registry has none. Throws `Transient` when it can't be asked. */
  writerSchema(schemaId: number): Promise<string | undefined>
  /** Makes topics writable. Throws `StartFault` when the registry refuses a schema, `Transient` when it can't be asked. */
  register(topics: readonly Topic[]): Promise<void>
}
