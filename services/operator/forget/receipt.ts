/** How many rows of a table. */
export interface TableRows {
  readonly table: string
  readonly rows: number
}

/** A dataset version that held data of the person, and the one that took its place. */
export interface Rewritten {
  readonly datasetVersion: string
  /** Empty where too little was left for a version. */
  readonly replacedBy: string
}

/** A model that was trained on a version that is gone. */
export interface TrainedModel {
  readonly candidateId: string
  readonly workload: string
  readonly datasetVersion: string
  readonly kind: string
  readonly artifactUri: string
  readonly isChampion: boolean
}

/** The time of a request that names none: it holds for ever. */
export const foreverMs = Number.MAX_SAFE_INTEGER

/** What has become of a request so far. */
export interface Receipt {
  readonly subject: string
  /** Up to when the person is forgotten, milliseconds since 1970 UTC; undefined while the tables know of no request. */
  readonly untilMs: number | undefined
  readonly deleted: readonly TableRows[]
  /** What still stands in the tables. */
  readonly left: readonly TableRows[]
  readonly rewritten: readonly Rewritten[]
  /** Files of dataset versions that still hold examples of the person. */
  readonly filesLeft: number
  readonly models: readonly TrainedModel[]
}

const rowsIn = (tables: readonly TableRows[]): number =>
  tables.reduce((sum, { rows }) => sum + rows, 0)

/** True when the tables know the request, and neither a row nor a file of examples is left. */
export const isFinished = ({ untilMs, left, filesLeft }: Receipt): boolean =>
  untilMs !== undefined && rowsIn(left) === 0 && filesLeft === 0

const tablesText = (tables: readonly TableRows[]): string =>
  tables
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows }) => `${table} ${rows}`)
    .join(', ') || 'none'

const listed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [`${title}: none`] : [`${title}:`, ...lines.map((line) => `  ${line}`)]

const modelText = ({ candidateId, ...model }: TrainedModel): string => {
  const { kind, workload, datasetVersion, artifactUri, isChampion } = model
  const artifact = artifactUri === '' ? 'no artifact' : artifactUri
  const state = isChampion ? ', the champion now' : ''
  return `${candidateId} (${kind} of ${workload}, trained on ${datasetVersion}, ${artifact}${state})`
}

const remains = [
  'What remains:',
  '  Kafka keeps the records as they came for its retention (7 days as delivered), dead letters among them;',
  '    those too large for Kafka lie in the object store under dead-letters/.',
  '  ClickHouse removes the files of deleted rows some minutes after the rows (8 as delivered).',
  '  Sums by minute or hour hold figures of these calls, without words or pseudonym.',
  '  Models are not taken back: retrain on the new version, or remove them.',
  '  Backups and documents (topic documents) are not touched.',
]

/** The receipt as a person reads it. It names nobody: only the pseudonym. */
export const receiptText = (receipt: Receipt): string => {
  const { subject, untilMs, deleted, left, rewritten, filesLeft, models } = receipt
  const until =
    untilMs === undefined
      ? 'not known yet'
      : untilMs === foreverMs
        ? 'for ever'
        : `up to ${new Date(untilMs).toISOString()}`
  const versions = rewritten.map(({ datasetVersion, replacedBy }) =>
    replacedBy === ''
      ? `${datasetVersion}: removed, too little was left`
      : `${datasetVersion} → ${replacedBy}`,
  )
  return [
    `subject ${subject}`,
    `forgotten: ${until}`,
    `rows deleted: ${tablesText(deleted)}`,
    `rows left: ${tablesText(left)}`,
    ...listed('dataset versions rewritten', versions),
    `files of examples left: ${filesLeft === 0 ? 'none' : filesLeft}`,
    ...listed('models trained on what is gone', models.map(modelText)),
    ...remains,
    isFinished(receipt) ? 'Finished.' : 'Not finished: ask again with --status.',
  ].join('\n')
}
