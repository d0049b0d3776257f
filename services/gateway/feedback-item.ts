import { z } from 'zod'
import { digest, parseAssistantMessage } from '#kit'
import type { Feedback } from '#schemas'

const id = z.string().trim().min(1).max(256)
const note = z.string().max(10_000).default('')
const common = {
  requestId: id,
  workload: z.string().max(256).default(''),
  author: z.enum(['person', 'judge']).default('person'),
}

const correction = z.unknown().transform((given, context): string => {
  const read = parseAssistantMessage(given)
  if ('message' in read) return JSON.stringify(read.message)
  context.addIssue({ code: 'custom', message: read.fault })
  return z.NEVER
})

/** One thing that somebody says of a call. */
const itemSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('thumbs'),
    value: z.enum(['up', 'down']),
    comment: note,
  }),
  z.strictObject({ ...common, kind: z.literal('score'), score: z.number(), comment: note }),
  z.strictObject({ ...common, kind: z.literal('comment'), comment: z.string().min(1).max(10_000) }),
  z.strictObject({ ...common, kind: z.literal('label'), value: id, comment: note }),
  z.strictObject({ ...common, kind: z.literal('correction'), correction, comment: note }),
  z.strictObject({ ...common, kind: z.literal('preference'), value: id, comment: note }),
])

/** Who says it and when. */
export interface Giver {
  readonly actor: string
  /** Keyed hash of the end user, or empty. */
  readonly subject: string
  readonly nowMs: number
}

const faultOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => {
      const where = issue.path.slice(0, 3).join('.') || 'it'
      // Zod's own messages name expectations, never what was given; a key that is not known is the caller's word.
      return issue.code === 'unrecognized_keys'
        ? `${where} has unknown fields`
        : `${where}: ${issue.message}`
    })
    .join('; ')

/** Reads one item; its id derives from all it says, so that the same said twice is one feedback. Pure. */
export const readFeedback = (
  given: unknown,
  { actor, subject, nowMs }: Giver,
): Feedback | { readonly fault: string } => {
  const read = itemSchema.safeParse(given)
  if (!read.success) return { fault: faultOf(read.error) }
  const said = { value: '', score: null, correction: '', ...read.data }
  const { requestId, kind, value, score, comment, correction: right, author, workload } = said
  const parts = [requestId, kind, value, String(score), comment, right, author, actor, subject]
  return {
    feedbackId: digest('feedback', ...parts),
    ...{ requestId, workload, kind, value, score, comment, correction: right },
    ...{ author, actor, subject, eventTimeMs: nowMs },
  }
}
