import type { Arrived } from '#kit'
import type { InferenceLog } from '#schemas'
import { toolCallChecker } from './answer/tool-calls.ts'
import { readPolicies } from './policy.ts'
import type { Rules } from './prepare.ts'

/** A chat completion request in OpenAI's form. */
export const aRequest = (content: string, more: object = {}): string =>
  JSON.stringify({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Triage the mail.' },
      { role: 'user', content },
    ],
    tools: ['deliver', 'quarantine'].map((name) => ({ type: 'function', function: { name } })),
    ...more,
  })

/** A chat completion that calls one tool. */
export const aResponse = (name: string, toolArguments: unknown = '{}'): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    model: 'gpt-4o',
    choices: [
      {
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name, arguments: toolArguments } },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
  })

/** A log record of a good call. */
export const aLog = (change: Partial<InferenceLog> = {}): InferenceLog => ({
  requestId: 'r1',
  traceId: 'trace',
  sessionId: 's1',
  agentId: '',
  parentId: '',
  tenant: 'acme',
  client: 'mail',
  workload: 'mail-triage',
  subject: 'subject',
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
  latencyMs: null,
  costUsd: null,
  status: 200,
  finishReason: '',
  error: '',
  railHits: [],
  chunkIds: [],
  attributes: {},
  ...change,
})

/** The log record as it arrived at an offset of a partition. */
export const arrivedAt = (
  value: InferenceLog,
  offset: bigint,
  partition = 0,
): Arrived<InferenceLog> => ({
  value,
  key: value.requestId,
  position: { topic: 'inference-logs', partition, offset },
  timestampMs: 0,
  headers: {},
})

/** Rules by the shipped policy's text; texts are taken for English. */
export const rulesBy = (policyYaml: string): Rules => ({
  policies: readPolicies(policyYaml),
  languageOf: (text) => (text === '' ? '' : 'en'),
  toolCallFault: toolCallChecker(),
})
