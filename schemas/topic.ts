/** Settings that the broker holds for a topic; what is absent is the broker's default. */
export interface TopicOptions {
  /** The last record of each key is kept for ever, the rest may be compacted away. */
  readonly compacted?: boolean
  /** Anyone may write here: apps, gateway, console. Other topics have one writing service. */
  readonly door?: boolean
}

/** A place records may go. The literal name stops a processor from emitting where it did not declare. */
export interface Topic<Name extends string = string, Value = never> extends TopicOptions {
  readonly name: Name
  /** File name of the Avro schema, without its ending. */
  readonly schema: string
  readonly key: (value: Value) => string
}

/** The value a topic carries. `Topic` with no arguments is the supertype of every topic, because `Value` is contravariant. */
export type ValueOf<T extends Topic> = T extends Topic<string, infer Value> ? Value : never

/** Declares a topic: `topic<Value>()('name', 'schema-file', (value) => value.id)`. */
export const topic =
  <Value>() =>
  <const Name extends string>(
    name: Name,
    schema: string,
    key: (value: Value) => string,
    options: TopicOptions = {},
  ): Topic<Name, Value> => ({ name, schema, key, ...options })
