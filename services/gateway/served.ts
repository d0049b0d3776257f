/** What became of a call, measured. */
export interface Served {
  /** HTTP status that the caller got; 499 where he hung up. */
  readonly status: number
  /** The whole answer as an OpenAI chat completion in JSON, or empty. */
  readonly response: string
  /** The model that answered, by its own word. */
  readonly model: string
  readonly finishReason: string
  readonly promptTokens: number
  readonly completionTokens: number
  readonly ttftMs: number | null
  readonly latencyMs: number | null
  /** Null where the model has no price. */
  readonly costUsd: number | null
  readonly error: string
}

/** A call without an answer. */
export const unserved = (status: number, error: string, latencyMs: number | null): Served => ({
  status,
  response: '',
  model: '',
  finishReason: '',
  promptTokens: 0,
  completionTokens: 0,
  ttftMs: null,
  latencyMs,
  costUsd: status === 499 ? null : 0,
  error,
})
