import { countTokens, digest } from '#kit'
import type { InferenceLog } from '#schemas'
import type { Mail } from './mails.ts'

/** The workload of the main job. */
export const workload = 'mail-triage'

/** The model whose price counts; its answers here are the corpus's human labels, not a model's. */
export const productionModel = 'gpt-4o'

const system =
  'You triage incoming mail. Call exactly one tool: deliver for mail that its reader wants, quarantine for unsolicited bulk mail.'

const tool = (name: string, description: string) => ({
  type: 'function',
  function: { name, description, parameters: { type: 'object', properties: {} } },
})

/** The chat completion request for one mail. */
export const requestFor = ({ subject, body }: Mail) => ({
  model: productionModel,
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: `Subject: ${subject}\n\n${body}` },
  ],
  tools: [
    tool('deliver', 'Put the mail into the inbox.'),
    tool('quarantine', 'Hold the mail back as spam.'),
  ],
  tool_choice: 'required',
  metadata: { workload },
})

/** The chat completion in which the recorded label is the answer; tokens are counted. */
export const responseFor = (mail: Mail, createdAtMs: number) => {
  const promptTokens = countTokens(JSON.stringify(requestFor(mail).messages))
  const call = { name: mail.label, arguments: '{}' }
  const completionTokens = countTokens(JSON.stringify(call))
  return {
    id: `chatcmpl-${digest('answer', mail.id).slice(0, 24)}`,
    object: 'chat.completion',
    created: Math.floor(createdAtMs / 1000),
    model: productionModel,
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: `call_${digest('call', mail.id).slice(0, 24)}`,
              type: 'function',
              function: call,
            },
          ],
        },
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  }
}

/** The id under which a mail's call is logged: a rerun publishes the same calls again. */
export const requestIdOf = (mail: Mail): string => digest('mail', mail.id).slice(0, 32)

/** The call as an app publishes it; event time is stamped by replay order, it is not the mail's own date. */
export const logFor = (mail: Mail, eventTimeMs: number): InferenceLog => {
  const response = responseFor(mail, eventTimeMs)
  return {
    requestId: requestIdOf(mail),
    traceId: '',
    sessionId: '',
    agentId: '',
    parentId: '',
    tenant: 'demo',
    client: 'demo-replay',
    workload,
    subject: '',
    eventTimeMs,
    request: JSON.stringify(requestFor(mail)),
    response: JSON.stringify(response),
    model: productionModel,
    servedBy: 'production',
    role: 'served',
    artifactHash: '',
    routeReason: 'replayed',
    canaryShare: 0,
    confidence: null,
    promptTokens: response.usage.prompt_tokens,
    completionTokens: response.usage.completion_tokens,
    ttftMs: null,
    latencyMs: null,
    costUsd: null,
    status: 200,
    finishReason: 'tool_calls',
    error: '',
    railHits: [],
    chunkIds: [],
    attributes: { eventTime: 'stamped by replay order' },
  }
}
