/** A row of `curated` without its bodies. */
export interface Outline {
  readonly requestId: string
  readonly parentId: string
  readonly servedBy: string
  readonly subject: string
  readonly sessionId: string
  readonly requestHash: string
  readonly label: string
  readonly flags: readonly string[]
  readonly redactionFailed: string
  readonly eventTimeMs: number
  readonly partition: number
  readonly offset: number
}

/** What a person said the answer is: a label, or a whole message as JSON. */
export interface HumanAnswer {
  readonly requestId: string
  readonly kind: 'label' | 'correction'
  readonly value: string
  readonly correction: string
  /** When the feedback reached Kafka, milliseconds since 1970 UTC. */
  readonly arrivedAtMs: number
}

/** A row that trains, with the human's answer where there is one. */
export interface Chosen {
  readonly row: Outline
  readonly human: HumanAnswer | undefined
  readonly source: 'human' | 'production'
}

/** What is chosen, and how many rows were left out, by reason. */
export interface Selection {
  readonly chosen: readonly Chosen[]
  readonly filtered: Readonly<Record<string, number>>
}

/** What selection goes by. */
export interface SelectionRules {
  readonly excludedFlags: readonly string[]
  readonly isForgotten: (subject: string, eventTimeMs: number) => boolean
}

const sourceOf = (row: Outline, human: HumanAnswer | undefined): Chosen['source'] | undefined => {
  if (human !== undefined || row.servedBy === 'human') return 'human'
  return row.servedBy === 'production' ? 'production' : undefined
}

const isExcluded = (flag: string, excluded: readonly string[]): boolean =>
  excluded.some((each) => flag === each || flag.startsWith(`${each}:`))

const judge = (
  row: Outline,
  human: HumanAnswer | undefined,
  rules: SelectionRules,
): Chosen | string => {
  if (row.subject !== '' && rules.isForgotten(row.subject, row.eventTimeMs))
    return 'subject forgotten'
  if (row.redactionFailed !== '') return 'not redacted'
  if (row.flags.some((flag) => isExcluded(flag, rules.excludedFlags))) return 'flagged'
  const source = sourceOf(row, human)
  return source === undefined ? 'own answer' : { row, human, source }
}

/** Rising worth: a human's answer, an answer that agrees with it, the production model's, the newest; then by position. */
const worth = ({ row, human, source }: Chosen): readonly number[] => [
  source === 'human' ? 1 : 0,
  human?.kind === 'label' && human.value === row.label ? 1 : 0,
  row.servedBy === 'production' ? 1 : 0,
  row.eventTimeMs,
  -row.partition,
  row.offset,
]

const isWorthMore = (left: Chosen, right: Chosen): boolean => {
  const others = worth(right)
  for (const [index, value] of worth(left).entries()) {
    const other = others[index] ?? value
    if (value !== other) return value > other
  }
  return false
}

/**
 * Chooses what may train. No model trains on its own answers: a row counts when the production model or a human answered
 * it, or when a human's answer came as feedback on it or on the call that it copies; the human's answer wins. A
 * student's call and its copy to the production model are one request, so each request hash is chosen once.
 * `humans` in order of arrival: the last one on a call counts.
 */
export const select = (
  rows: readonly Outline[],
  humans: readonly HumanAnswer[],
  rules: SelectionRules,
): Selection => {
  const byRequest = new Map(humans.map((human) => [human.requestId, human]))
  const chosen = new Map<string, Chosen>()
  const filtered: Record<string, number> = {}
  const leaveOut = (reason: string): void => {
    filtered[reason] = (filtered[reason] ?? 0) + 1
  }
  for (const row of rows) {
    const human = byRequest.get(row.requestId) ?? byRequest.get(row.parentId)
    const judged = judge(row, human, rules)
    if (typeof judged === 'string') {
      leaveOut(judged)
      continue
    }
    const rival = chosen.get(row.requestHash)
    if (rival !== undefined) leaveOut('same request')
    if (rival === undefined || isWorthMore(judged, rival)) chosen.set(row.requestHash, judged)
  }
  return { chosen: [...chosen.values()], filtered }
}
