import type { InferenceLog } from '#schemas'

/** A chat completion request whose only question is `content`. */
export const aRequest = (content: string): string =>
  JSON.stringify({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'SORT THE MAIL: https://rules.example' },
      { role: 'user', content },
    ],
  })

/** A chat completion whose answer is the line `content`. */
export const aResponse = (content: string): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    model: 'gpt-4o',
    choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
  })

/** A call that the production model answered. */
export const aLog = (change: Partial<InferenceLog> = {}): InferenceLog => ({
  requestId: 'request-1',
  traceId: '',
  sessionId: '',
  agentId: '',
  parentId: 'parent-1',
  tenant: '',
  client: 'mail',
  workload: 'mail triage',
  subject: '',
  eventTimeMs: 1000,
  request: aRequest('Lunch at noon?'),
  response: aResponse('deliver'),
  model: 'gpt-4o',
  servedBy: 'production',
  role: 'served',
  artifactHash: '',
  routeReason: '',
  canaryShare: 0,
  confidence: null,
  promptTokens: 0,
  completionTokens: 0,
  ttftMs: null,
  latencyMs: 250,
  costUsd: null,
  status: 200,
  finishReason: 'stop',
  error: '',
  railHits: [],
  chunkIds: [],
  attributes: {},
  ...change,
})
