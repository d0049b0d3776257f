import { Transient } from '../../errors.ts'
import type { Logger } from '../../outside.ts'
import type { Reply } from '../../route.ts'
import { Refusal } from './refusal.ts'

/** An error in the form that OpenAI's clients read. */
export const errorReply = (
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code: string | null = null,
): Reply => ({ status, body: { error: { message, type, code, param: null } }, headers })

/** What a caller hears when a neighbour failed (503) or when we met a bug (500); the log has the rest. */
export const failureReply = (error: unknown, log: Logger): Reply => {
  if (error instanceof Refusal) return error.reply
  if (error instanceof Transient) {
    log.warn({ because: error.message }, 'a request met a dead neighbour')
    return errorReply(503, 'unavailable', 'A neighbour does not answer; try again.', {
      'retry-after': '1',
    })
  }
  log.error({ err: error }, 'a request met a bug')
  return errorReply(500, 'internal_error', 'Something went wrong here.')
}
