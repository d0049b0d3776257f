import type { Feedback, InferenceLog } from '../schemas/index.ts'
import { chatResponse } from '../services/kit/index.ts'

const colours = ['amber', 'birch', 'coral', 'delta', 'ember', 'fjord', 'grape', 'hazel']
const mailOf = (index: number): string =>
  Array.from({ length: 12 }, (_, at) => `${colours[(index * 7 + at * 5) % 8]}${index}x${at}`).join(
    ' ',
  )

/** Calls of a workload by people, and what is said of them; every call has a text of its own. */
export const recordsOf = (workload: string) => {
  const call = (subject: string, index: number, eventTimeMs: number): InferenceLog => ({
    ...{ requestId: `${workload}-${index}`, workload, subject, eventTimeMs, sessionId: '' },
    ...{ traceId: '', agentId: '', parentId: '', tenant: '', client: 'test', model: 'gpt-4o' },
    request: JSON.stringify({ messages: [{ role: 'user', content: mailOf(index) }] }),
    response: JSON.stringify(
      chatResponse({
        id: `chatcmpl-${index}`,
        model: 'gpt-4o',
        message: { role: 'assistant', content: index % 2 === 0 ? 'deliver' : 'quarantine' },
        createdAtMs: eventTimeMs,
        usage: { promptTokens: 12, completionTokens: 2 },
      }),
    ),
    ...{
      servedBy: 'production',
      role: 'served',
      artifactHash: '',
      routeReason: '',
      canaryShare: 0,
    },
    ...{ confidence: null, promptTokens: 0, completionTokens: 0, ttftMs: null, latencyMs: null },
    ...{ costUsd: null, status: 200, finishReason: 'stop', error: '', railHits: [], chunkIds: [] },
    attributes: {},
  })

  const said = (requestId: string, subject: string, index: number): Feedback => ({
    ...{ feedbackId: `${requestId}-f${index}`, requestId, workload, kind: 'thumbs', value: 'up' },
    ...{ score: null, comment: '', correction: '', author: 'person', actor: 'test', subject },
    eventTimeMs: Date.now(),
  })

  return { call, said }
}
