import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { LRUCache } from 'lru-cache'
import { loadSchema, type Topic } from '#schemas'
import { StartFault, Transient } from '../../errors.ts'
import type { Codec, Decoded } from '../../runtime/codec.ts'
import { within } from '../../runtime/within.ts'
import { avroReader, avroWriter, type Reader, type Writer } from './avro.ts'

const answerWithinMs = 10_000
const unknownForMs = 5000
const headerBytes = 5
/** Confluent: 409 incompatible, 422 invalid, 401 and 403 not allowed. */
const refusals = new Set([401, 403, 409, 422])

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'no answer')

const registerFault = (error: unknown, subject: string): Error => {
  const refused =
    refusals.has(statusOf(error) ?? 0) ||
    (error instanceof Error && error.constructor.name.includes('Compatibility'))
  const message = `schema registry, subject ${subject}: ${messageOf(error)}`
  return refused ? new StartFault(message) : new Transient(message)
}

/** Writer schemas by id, and which ids the registry did not know a moment ago. */
const writerSchemas = (registry: SchemaRegistry) => {
  const known = new LRUCache<number, string>({ max: 1000 })
  const unknown = new LRUCache<number, true>({ max: 10_000, ttl: unknownForMs })
  const ask = async (id: number): Promise<string | undefined> => {
    try {
      const schema = await within(registry.getSchema(id), answerWithinMs, 'the schema registry')
      return JSON.stringify(schema)
    } catch (error) {
      // A 404 of anything but the registry (a proxy, a wrong address) does not speak of a schema.
      if (statusOf(error) === 404 && /\bschema (\d+ )?not found/i.test(messageOf(error)))
        return undefined
      throw new Transient(`schema registry: ${messageOf(error)}`)
    }
  }
  return async (id: number): Promise<string | undefined> => {
    const found = known.get(id)
    if (found !== undefined || unknown.has(id)) return found
    const asked = await ask(id)
    if (asked === undefined) unknown.set(id, true)
    else known.set(id, asked)
    return asked
  }
}

const idOf = (value: Buffer | null): number | undefined =>
  value !== null && value.byteLength >= headerBytes && value[0] === 0
    ? value.readUInt32BE(1)
    : undefined

const decodeOne = (
  value: Buffer | null,
  readers: ReadonlyMap<number, Reader | undefined>,
): Decoded => {
  if (value === null) return { fault: 'no value' }
  const id = idOf(value)
  if (id === undefined) return { fault: 'not avro' }
  const reader = readers.get(id)
  if (reader === undefined) return { fault: 'unknown schema id' }
  return reader(value.subarray(headerBytes))
}

/** Avro in Confluent's wire format by a Confluent-compatible registry; subjects are `<topic>-value`. */
export const registryCodec = (url: string): Codec => {
  const registry = new SchemaRegistry({ host: url, retry: { retries: 1 } })
  const writerSchema = writerSchemas(registry)
  const readers = new LRUCache<string, Reader>({ max: 1000 })
  const writers = new Map<string, Writer>()
  const readerOf = async (topic: Topic, id: number): Promise<Reader | undefined> => {
    const name = `${topic.schema}/${id}`
    const cached = readers.get(name)
    if (cached !== undefined) return cached
    const schema = await writerSchema(id)
    if (schema === undefined) return undefined
    const reader = avroReader(loadSchema(topic.schema), schema)
    readers.set(name, reader)
    return reader
  }
  const registerOne = async (topic: Topic): Promise<void> => {
    const subject = `${topic.name}-value`
    const schema = loadSchema(topic.schema)
    const options = { subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE }
    try {
      const registering = registry.register({ type: SchemaType.AVRO, schema }, options)
      const { id } = await within(registering, answerWithinMs, 'the schema registry')
      writers.set(topic.name, avroWriter(schema, id))
    } catch (error) {
      throw error instanceof Transient ? error : registerFault(error, subject)
    }
  }
  return {
    writerSchema,
    decode: async (topic, values) => {
      const ids = [...new Set(values.map(idOf))].filter((id) => id !== undefined)
      const found = await Promise.all(
        ids.map(async (id) => [id, await readerOf(topic, id)] as const),
      )
      const byId = new Map(found)
      return values.map((value) => decodeOne(value, byId))
    },
    encode: (topic, value) => {
      const writer = writers.get(topic.name)
      if (writer === undefined) throw new TypeError(`${topic.name} is not a declared output`)
      return writer(value)
    },
    register: async (topics) => {
      await Promise.all(topics.map(registerOne))
    },
  }
}
