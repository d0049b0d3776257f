import { z } from 'zod'
import type { Outside } from '#kit'
import type { World } from '../world.ts'

const answerSchema = z.object({
  chunks: z
    .array(
      z.object({
        chunkId: z.string().max(256),
        title: z.string().max(2000),
        heading: z.string().max(2000),
        text: z.string().max(20_000),
      }),
    )
    .max(200),
})

/** Asks the retriever; any failure is no context, told in the log. */
export const contextFrom = (
  { http, log }: Pick<Outside, 'http' | 'log'>,
  settings: { readonly retrieverUrl: string; readonly retrieverTimeoutMs: number },
): World['retrieve'] => {
  const { retrieverUrl, retrieverTimeoutMs: timeoutMs } = settings
  return async (collection, question, limit) => {
    if (retrieverUrl === '') return undefined
    try {
      const response = await http.request(`${retrieverUrl}/v1/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: question, collection, limit }),
        timeoutMs,
        allowPrivate: true,
      })
      const body = await response.text()
      if (response.status !== 200) throw new Error(`the retriever answered ${response.status}`)
      return answerSchema.parse(JSON.parse(body)).chunks
    } catch (error) {
      const because = error instanceof z.ZodError ? 'its answer does not fit' : String(error)
      log.warn({ because }, 'a call goes on without context')
      return undefined
    }
  }
}
