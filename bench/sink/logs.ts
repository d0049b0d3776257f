import type { InferenceLog } from '#schemas'
import { between, oneOf, type Random, randomFrom } from './random.ts'

/** Ids of records are this long, so that one can be written over another in encoded bytes. */
export const idLength = 20

/** The request id of a record: `sort` tells the runs of a bench apart. */
export const idOf = (sort: string, index: number): string =>
  `${sort}-${String(index).padStart(idLength - sort.length - 1, '0')}`

const syllables = [
  ...['an', 'be', 'con', 'der', 'el', 'fi', 'ga', 'hom', 'in', 'jo', 'ka', 'lo', 'me', 'nor', 'or'],
  ...[
    'pa',
    'qui',
    'ra',
    'so',
    'te',
    'un',
    'ver',
    'wa',
    'ti',
    'ment',
    'ly',
    'ing',
    'er',
    'st',
    'ed',
  ],
] as const

const wordsOf = (random: Random): readonly string[] =>
  Array.from({ length: 3000 }, () => {
    const length = between(random, 1, 4)
    return Array.from({ length }, () => syllables[between(random, 0, syllables.length - 1)]).join(
      '',
    )
  })

/** What support mail is full of, and what a search for personal data must look at: none of it is any. */
const nearMisses = [
  (random: Random) => `order A-${between(random, 1000, 99_999)}`,
  (random: Random) => `${between(random, 5, 900)}.${between(random, 10, 99)} euro`,
  (random: Random) => `2026-${between(random, 10, 12)}-${between(random, 10, 28)}`,
  (random: Random) => `version ${between(random, 1, 9)}.${between(random, 0, 20)}`,
  () => 'see: the list of 1. and 2.',
] as const

/** Prose of about `length` characters; common words come often, as in any language. */
const prose = (random: Random, words: readonly string[], length: number): string => {
  let text = ''
  while (text.length < length) {
    const word = words[Math.floor(random() ** 3 * words.length)] ?? ''
    text += random() < 0.02 ? oneOf(random, nearMisses)(random) : word
    text += random() < 0.08 ? '.\n' : ' '
  }
  return text
}

const personal = (random: Random): string =>
  ` Write to jane.doe${between(random, 1, 999)}@example.com or call +1 415-555-${between(random, 1000, 9999)}.`

const workloads = ['triage', 'summaries', 'routing', 'answers'] as const

const chatOf = (random: Random, words: readonly string[], index: number, note: string) => {
  const system = `You help customers of a shop.\n${prose(random, words, between(random, 300, 900))}`
  const user = `${prose(random, words, between(random, 300, 1100))}${note}`
  const content = prose(random, words, between(random, 150, 500))
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ]
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }
  const usage = { prompt_tokens: 420, completion_tokens: 90, total_tokens: 510 }
  return {
    request: JSON.stringify({ model: 'gpt-4.1-mini', messages, temperature: 0.2 }),
    response: JSON.stringify({
      ...{ id: `chatcmpl-${index}`, object: 'chat.completion', created: 1_790_000_000 + index },
      ...{ model: 'gpt-4.1-mini', choices: [choice], usage },
    }),
  }
}

const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => between(random, 0, 15).toString(16)).join('')

/** Calls of a chat model, 2 to 4 KB each; one in twenty holds an e-mail address and a phone number. The same for the same seed. */
export const logsOf = (count: number, seed: number): readonly InferenceLog[] => {
  const random = randomFrom(seed)
  const words = wordsOf(random)
  return Array.from({ length: count }, (_, index) => ({
    ...{ requestId: idOf('pool', index), traceId: hex(random, 32), sessionId: hex(random, 16) },
    ...{ agentId: '', parentId: '', tenant: 'acme', client: 'helpdesk', artifactHash: '' },
    ...{ workload: oneOf(random, workloads), subject: hex(random, 64) },
    eventTimeMs: 1_790_000_000_000 + index,
    ...chatOf(random, words, index, index % 20 === 0 ? personal(random) : ''),
    ...{ model: 'gpt-4.1-mini', servedBy: 'production', role: 'served', routeReason: 'champion' },
    ...{ canaryShare: 0, confidence: null, promptTokens: 420, completionTokens: 90 },
    ...{ ttftMs: 80 + 100 * random(), latencyMs: 400 + 900 * random(), costUsd: 0.0004 },
    ...{ status: 200, finishReason: 'stop', error: '', railHits: [], chunkIds: ['c-1', 'c-2'] },
    attributes: { region: 'eu', release: '7' },
  }))
}
