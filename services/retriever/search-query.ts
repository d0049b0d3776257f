import { z } from 'zod'
import type { RouteRequest } from '#kit'
import { termsOf } from './terms.ts'

/** What is searched. */
export interface Query {
  /** Each term once, in the order of the question. */
  readonly terms: readonly string[]
  readonly collection: string
  readonly limit: number
}

const termsMax = 64
const schema = z.object({
  query: z.string().min(1).max(4000),
  collection: z.string().min(1).max(256).default('default'),
  limit: z.coerce.number().int().min(1).max(100).default(10),
})

/** Reads a question from the address or the body; the fault never quotes it. Pure. */
export const readQuery = ({
  query,
  body,
}: Pick<RouteRequest, 'query' | 'body'>): Query | { readonly fault: string } => {
  const read = schema.safeParse(body ?? query)
  if (!read.success) {
    const [issue] = read.error.issues
    return { fault: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'does not fit'}` }
  }
  const { query: question, collection, limit } = read.data
  return { terms: [...new Set(termsOf(question))].slice(0, termsMax), collection, limit }
}
