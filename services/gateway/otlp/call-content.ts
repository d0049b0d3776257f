import type { Fields } from './values.ts'

/** One answer of the model. */
export interface Choice {
  /** OpenAI's assistant message. */
  readonly message: Fields
  /** OpenAI's word for the reason, or empty. */
  readonly finishReason: string
}

/** What a span says of the words of a call, in OpenAI's form; a field is absent where the span does not hold it. */
export interface Content {
  readonly messages?: readonly Fields[]
  readonly choices?: readonly Choice[]
  readonly tools?: readonly Fields[]
  /** Names of the attributes that hold something and could not be read, as when an SDK cut them. */
  readonly unread: readonly string[]
}
