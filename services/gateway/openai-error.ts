import type { Reply } from '#kit'

/** An error as OpenAI's clients read it. */
export interface OpenAiError {
  readonly message: string
  readonly type: string
  readonly code: string | null
  readonly param: string | null
}

/** A failed call: HTTP status and error. */
export interface Failure {
  readonly status: number
  readonly error: OpenAiError
}

/** Builds a failure; `type` follows OpenAI's: the caller's fault below 500, the server's from there on. */
export const failure = (
  status: number,
  code: string,
  message: string,
  param: string | null = null,
): Failure => ({
  status,
  error: { message, type: status < 500 ? 'invalid_request_error' : 'api_error', code, param },
})

/** A failure as a whole answer. */
export const failureReply = (
  { status, error }: Failure,
  headers: Readonly<Record<string, string>>,
): Reply => ({ status, body: { error }, headers })
