import { sha256, trainStudent } from '#kit'
import type { DatasetVersion } from '#schemas'
import type { World } from './train.ts'

const words = {
  deliver: ['meeting', 'minutes', 'attached', 'agenda', 'thursday'],
  quarantine: ['winner', 'prize', 'claim', 'urgent', 'lottery'],
} as const

/** A choice of the mails below. */
export type Choice = keyof typeof words

const callOf = (name: string, id: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }],
})

/** One line of a dataset file: a short mail, and the tool that the production model called. */
export const aLine = (label: Choice | '', number: number): string => {
  const [first, second] = label === '' ? words.deliver : words[label]
  const text = `${first} ${second} mail ${number} ${words[label || 'deliver'][number % 5]}`
  return JSON.stringify({
    messages: [{ role: 'user', content: text }, callOf(label || 'deliver', `call-${number}`)],
    metadata: {
      requestId: `request-${number}`,
      label,
      servedBy: 'production',
      group: `group-${number}`,
      eventTimeMs: number,
    },
  })
}

/** A file of mails of both choices, by turns. */
export const someLines = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, i) =>
    aLine(i % 2 === 0 ? 'deliver' : 'quarantine', from + i),
  ).join('\n')

/** A dataset version of these files. */
export const aDataset = (
  files: Readonly<Record<string, string>>,
  change: Partial<DatasetVersion> = {},
): DatasetVersion => ({
  workload: 'mail triage',
  datasetVersion: 'mail triage@0123456789ab',
  contentHash: '0123456789ab',
  previousVersion: '',
  files: Object.entries(files).map(([split, text]) => ({
    split,
    path: `datasets/mail-triage/0123456789ab/${split}.jsonl`,
    sha256: sha256(Buffer.from(text)),
    records: text.split('\n').length,
    sizeBytes: Buffer.byteLength(text),
  })),
  offsets: [],
  counts: Object.fromEntries(
    Object.entries(files).map(([split, text]) => [split, text.split('\n').length]),
  ),
  labels: { deliver: 1, quarantine: 1 },
  filtered: {},
  sources: {},
  format: 'openai-chat-jsonl',
  seed: 1,
  triggerId: 'trigger-1',
  cause: 'volume',
  windowFromMs: 0,
  windowToMs: 0,
  createdAtMs: 0,
  ...change,
})

/** Small features, so that a student trains in milliseconds; no other thread, and figures of its own. */
export const trainHere: World['train'] = async ({ examples, answers, seed, folds }) => ({
  trained: trainStudent({
    examples,
    answers,
    seed,
    folds,
    features: { bits: 10, charactersMin: 3, charactersMax: 4, textCharactersMax: 500 },
  }),
  cpuMs: 3_600_000,
  wallMs: 2000,
})
