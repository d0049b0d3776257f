import type { Topic } from '#schemas'
import type { RawMessage } from '../broker.ts'
import type { Message } from '../outcome.ts'
import type { Codec } from './codec.ts'

/** Bytes that Kafka adds to a record's key, value and headers, generously. */
const overheadBytes = 500

/** A message as bytes, with its topic's key and its place in a trace. Throws when the value does not fit the schema. */
export const encodeMessage = <T extends Topic>(
  codec: Codec,
  { topic, value }: Message<T>,
  traceparent: string,
): RawMessage => ({
  topic: topic.name,
  // ValueOf<T> is what T's key takes; the compiler can't see that through the generic.
  key: topic.key(value as never),
  value: codec.encode(topic, value),
  headers: { traceparent },
})

/** What a message weighs, about, in bytes. */
export const sizeOf = (message: RawMessage): number =>
  Buffer.byteLength(message.key) + (message.value?.byteLength ?? 0) + overheadBytes
