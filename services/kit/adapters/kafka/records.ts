import type { EachBatchPayload, IHeaders, Message } from 'kafkajs'
import { MessageRefused, type RawBatch, type RawMessage } from '../../broker.ts'

type Headers = Readonly<Record<string, Buffer>>

/** Most records have none: they share this. */
const noHeaders: Headers = Object.freeze({})

const lastOf = (value: IHeaders[string]): Buffer | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' ? Buffer.from(last) : last
}

const headersOf = (headers: IHeaders = {}): Headers => {
  const names = Object.keys(headers)
  if (names.length === 0) return noHeaders
  const found: Record<string, Buffer> = {}
  for (const name of names) {
    const value = lastOf(headers[name])
    if (value !== undefined) found[name] = value
  }
  return found
}

/** A fetched batch. A header that occurs often counts with its last value. */
export const batchOf = (batch: EachBatchPayload['batch']): RawBatch => {
  const { topic, partition, messages, highWatermark } = batch
  const records = messages.map(({ key, value, headers, offset, timestamp }) => ({
    position: { topic, partition, offset: BigInt(offset) },
    key,
    value,
    headers: headersOf(headers),
    timestampMs: Number(timestamp),
  }))
  const nextOffset = BigInt(batch.lastOffset()) + 1n
  return { topic, partition, records, endOffset: BigInt(highWatermark), nextOffset }
}

/** A message as kafkajs takes it; the key alone decides the partition, as in the Java client. */
export const messageOf = ({ key, value, headers }: RawMessage): Message => ({
  key,
  value,
  ...(headers === undefined ? {} : { headers: { ...headers } }),
})

/** Kafka's record overhead: lengths, deltas, batch header; generous. */
const overheadBytes = 100

/** Bytes that a message takes in a record batch before compression, at most. */
export const sizeBytesOf = ({ key, value, headers = {} }: RawMessage): number =>
  Object.entries(headers).reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 10,
    overheadBytes + Buffer.byteLength(key) + (value?.byteLength ?? 0),
  )

/** Throws `MessageRefused` for a message without a key, or larger than the topics take. */
export const checkMessage = (message: RawMessage, messageBytesMax: number): void => {
  const { topic, key, bytesMax = messageBytesMax } = message
  if (key === null || key === undefined || key.length === 0)
    throw new MessageRefused(`a message for ${topic} has no key`)
  const sizeBytes = sizeBytesOf(message)
  if (sizeBytes > bytesMax)
    throw new MessageRefused(
      `a message for ${topic} has ${sizeBytes} bytes, more than the ${bytesMax} allowed`,
    )
}

/** Cuts messages into sends of at most 1,000 messages (kafkajs is quadratic above) and `bytesMax` bytes, in order. */
export const sendsOf = (
  messages: readonly RawMessage[],
  bytesMax: number,
): readonly (readonly RawMessage[])[] => {
  const sends: RawMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const sizeBytes = sizeBytesOf(message)
    const last = sends.at(-1)
    if (last === undefined || last.length >= 1000 || bytes + sizeBytes > bytesMax) {
      sends.push([message])
      bytes = sizeBytes
    } else {
      last.push(message)
      bytes += sizeBytes
    }
  }
  return sends
}

/** Messages by topic, in order within each. */
export const byTopic = (
  messages: readonly RawMessage[],
): ReadonlyMap<string, readonly RawMessage[]> => Map.groupBy(messages, ({ topic }) => topic)
