import type { Topic } from '#schemas'
import type { RawMessage } from '../broker.ts'
import type { Message } from '../outcome.ts'
import type { Codec } from './codec.ts'

/** Bytes that Kafka adds to a record's key, value and headers, generously. */
const overheadBytes = 500

/** A value whose topic finds no key in it: it could not stay in one partition. */
export class KeyMissing extends Error {
  override readonly name = 'KeyMissing'
}

/**
 * A message as bytes, with its topic's key and its place in a trace. Throws `KeyMissing`, and `TypeError` when the value does
 * not fit the schema.
 */
export const encodeMessage = <T extends Topic>(
  codec: Codec,
  { topic, value }: Message<T>,
  traceparent: string,
): RawMessage => {
  // ValueOf<T> is what T's key takes; the compiler can't see that through the generic.
  const key = topic.key(value as never)
  if (key === '') throw new KeyMissing(`a record for ${topic.name} has no key`)
  return { topic: topic.name, key, value: codec.encode(topic, value), headers: { traceparent } }
}

/** What a message weighs, about, in bytes. */
export const sizeOf = (message: RawMessage): number =>
  Buffer.byteLength(message.key) + (message.value?.byteLength ?? 0) + overheadBytes
