/** Where a record stands in Kafka. No two records share a position. */
export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

/** A decoded record with its envelope. */
export interface Arrived<Value> {
  readonly value: Value
  readonly key: string
  readonly position: Position
  /** The broker's append time, milliseconds since 1970 UTC: the `nowMs` of its decision. */
  readonly timestampMs: number
  readonly headers: Readonly<Record<string, string>>
}
