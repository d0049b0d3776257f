import type { Topic, ValueOf } from '#schemas'

/** A record on its way to a topic. */
export interface Message<T extends Topic> {
  readonly topic: T
  readonly value: ValueOf<T>
}

/** Writes an object once; an object of that path with the same bytes counts as written. */
export interface PutObject {
  readonly kind: 'putObject'
  /** Derived from the inputs; the idempotency key. */
  readonly id: string
  readonly path: string
  readonly body: Uint8Array | string
}

/** Tells the outside, by webhook. The id travels as `Idempotency-Key`. */
export interface Notify {
  readonly kind: 'notify'
  readonly id: string
  readonly url: string
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Writes a few rows of a table that replaces rows of the same key by version: a repeat then changes nothing. Rows that hold
 * no version of their own, taken from the record's position, must not be written so.
 */
export interface InsertRows {
  readonly kind: 'insertRows'
  readonly id: string
  /** A table of the service's database. */
  readonly table: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** Takes an object away; one that is not there counts as taken away. */
export interface RemoveObject {
  readonly kind: 'removeObject'
  readonly id: string
  readonly path: string
}

/** Deletes rows of a topic's table by where their records stood in Kafka; rows that are not there count as deleted. */
export interface DeleteRows {
  readonly kind: 'deleteRows'
  readonly id: string
  /** A table of the service's database. */
  readonly table: string
  /** At most 5,000: they stand in the statement. */
  readonly positions: readonly { readonly partition: number; readonly offset: number }[]
}

/**
 * Plain data that the runtime carries out before the offset moves. The receiver treats `id` as its idempotency key. What
 * takes away comes after all that adds has succeeded.
 */
export type Delivery = PutObject | Notify | InsertRows | RemoveObject | DeleteRows

/** The record has consequences: messages, deliveries or both. */
export interface Emit<T extends Topic> {
  readonly kind: 'emit'
  readonly messages: readonly Message<T>[]
  readonly deliveries: readonly Delivery[]
}

/** Of no interest: counted by its reason, committed, forgotten. */
export interface Drop {
  readonly kind: 'drop'
  readonly reason: string
}

/** Wrong: counted and kept as it came, with its reason, in the service's dead-letter topic. */
export interface Reject {
  readonly kind: 'reject'
  readonly reason: string
}

/** Everything a decision may say about one record. Reasons are a small fixed set: they are metric labels. */
export type Outcome<T extends Topic> = Emit<T> | Drop | Reject

/** A record for a topic that the processor declared. */
export const message = <T extends Topic>(topic: T, value: ValueOf<T>): Message<T> => ({
  topic,
  value,
})

/** Messages of several topics, and deliveries, from one decision. */
export const emitAll = <T extends Topic>(
  messages: readonly Message<T>[],
  deliveries: readonly Delivery[] = [],
): Emit<T> => ({ kind: 'emit', messages, deliveries })

/** Records for one topic. */
export const emit = <T extends Topic>(topic: T, ...values: ValueOf<T>[]): Emit<T> =>
  emitAll(values.map((value) => message(topic, value)))

/** Drops the record for a named reason. */
export const drop = (reason: string): Drop => ({ kind: 'drop', reason })

/** Sends the record as it came to dead letters, with a named reason. */
export const reject = (reason: string): Reject => ({ kind: 'reject', reason })
