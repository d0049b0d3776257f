import { loadSchema, type Topic } from '#schemas'
import { avroReader, avroWriter } from '../adapters/registry/avro.ts'
import type { Codec } from '../runtime/codec.ts'

/** A codec that can be told that its registry is down. */
export interface MemoryCodec extends Codec {
  /** What every question to the registry throws from now on; undefined lets it answer again. */
  fail(error: Error | undefined): void
}

/** Real Avro in Confluent's wire format, with schema ids from memory instead of a registry: one id a schema. */
export const memoryCodec = (): MemoryCodec => {
  const ids: string[] = []
  let failure: Error | undefined
  const ask = (): void => {
    if (failure !== undefined) throw failure
  }
  const idOf = (schema: string): number => {
    if (!ids.includes(schema)) ids.push(schema)
    return ids.indexOf(schema) + 1
  }
  const decodeOne = (topic: Topic, value: Buffer | null) => {
    if (value === null) return { fault: 'no value' } as const
    if (value.byteLength < 5 || value[0] !== 0) return { fault: 'not avro' } as const
    const writer = ids[value.readUInt32BE(1) - 1]
    if (writer === undefined) return { fault: 'unknown schema id' } as const
    return avroReader(loadSchema(topic.schema), loadSchema(writer))(value.subarray(5))
  }
  return {
    fail: (error) => {
      failure = error
    },
    writerSchema: async (id) => {
      ask()
      const schema = ids[id - 1]
      return schema === undefined ? undefined : loadSchema(schema)
    },
    decode: async (topic, values) => {
      ask()
      return values.map((value) => decodeOne(topic, value))
    },
    encode: (topic, value) => avroWriter(loadSchema(topic.schema), idOf(topic.schema))(value),
    register: async () => ask(),
  }
}
