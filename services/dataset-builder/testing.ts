import type { DatasetVersion, RetrainTrigger } from '#schemas'
import type { Bodies } from './example.ts'
import type { HumanAnswer, Outline } from './select.ts'
import type { Cut, Material } from './version.ts'

/** A row of `curated` that the production model answered. */
export const anOutline = (change: Partial<Outline> = {}): Outline => ({
  requestId: 'r1',
  parentId: '',
  servedBy: 'production',
  subject: '',
  sessionId: '',
  requestHash: 'h1',
  label: 'deliver',
  flags: [],
  redactionFailed: '',
  eventTimeMs: 1000,
  partition: 0,
  offset: 0,
  ...change,
})

/** A person's label on a call. */
export const aLabel = (requestId: string, value: string, arrivedAtMs = 0): HumanAnswer => ({
  requestId,
  kind: 'label',
  value,
  correction: '',
  arrivedAtMs,
})

/** Bodies that ask a question and call a tool. */
export const bodiesOf = (content: string, label: string, toolArguments = '{}'): Bodies => ({
  request: JSON.stringify({
    messages: [
      { role: 'system', content: 'Triage.' },
      { role: 'user', content },
    ],
    tools: ['deliver', 'quarantine'].map((name) => ({ type: 'function', function: { name } })),
  }),
  response: JSON.stringify({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'c1', type: 'function', function: { name: label, arguments: toolArguments } },
    ],
  }),
})

/** How versions are cut in tests. */
export const aCut: Cut = { testShare: 0.4, validationShare: 0.1, seed: 1, likenessMin: 0.8 }

/** Material of some rows with their content. */
export const materialOf = (
  rows: readonly { readonly row: Outline; readonly content: string }[],
  change: Partial<Material> = {},
): Material => ({
  workload: 'mail-triage',
  selection: {
    chosen: rows.map(({ row }) => ({ row, human: undefined, source: 'production' })),
    filtered: {},
  },
  bodies: new Map(
    rows.map(({ row, content }) => [
      `${row.partition}/${row.offset}`,
      bodiesOf(content, row.label),
    ]),
  ),
  offsets: [{ partition: 0, offset: rows.length }],
  last: undefined,
  trigger: undefined,
  ...change,
})

/** The record of a version. */
export const aVersion = (change: Partial<DatasetVersion> = {}): DatasetVersion => ({
  workload: 'mail-triage',
  datasetVersion: 'mail-triage@000000000000',
  contentHash: '00',
  previousVersion: '',
  files: [],
  offsets: [{ partition: 0, offset: 100 }],
  counts: {},
  labels: {},
  filtered: {},
  sources: {},
  format: 'openai-chat-jsonl',
  seed: 1,
  triggerId: '',
  cause: 'volume',
  windowFromMs: 0,
  windowToMs: 0,
  createdAtMs: 1_000_000,
  ...change,
})

/** A retrain trigger for drift. */
export const aTrigger = (change: Partial<RetrainTrigger> = {}): RetrainTrigger => ({
  triggerId: 't1',
  workload: 'mail-triage',
  cause: 'drift',
  evidence: '{}',
  findingIds: [],
  championId: 'production',
  urgency: 'normal',
  windowFromMs: 5000,
  windowToMs: 0,
  actor: 'drift-detector',
  createdAtMs: 2_000_000,
  ...change,
})
