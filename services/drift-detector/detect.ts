import {
  address,
  decimal,
  defineTimer,
  digest,
  emitAll,
  integer,
  type Message,
  message,
  type Notify,
  ratio,
} from '#kit'
import { type Finding, type RetrainTrigger, topics } from '#schemas'
import { alertOf } from './alert.ts'
import { watchedFeatures } from './features.ts'
import {
  type Accuracy,
  type BinCount,
  type Judgement,
  judgeAccuracy,
  judgeFeature,
  type Thresholds,
} from './judge.ts'

/** A workload at a tick: what its champion learned from, and what came since. */
export interface Watched {
  readonly workload: string
  readonly championId: string
  readonly referenceFromMs: number
  readonly referenceToMs: number
  readonly windowFromMs: number
  readonly windowToMs: number
  readonly bins: Readonly<Record<string, readonly BinCount[]>>
  readonly referenceAccuracy: Accuracy
  readonly currentAccuracy: Accuracy
  /** Last verdict by feature, where the champion was the same. */
  readonly lastVerdicts: Readonly<Record<string, string>>
  /** True when this champion's drift has triggered a turn already. */
  readonly triggered: boolean
}

/** Looks at ClickHouse, and at the findings and triggers so far. */
export interface World {
  readonly watched: (windowRecords: number) => Promise<readonly Watched[]>
}

const settings = {
  intervalMs: integer('DRIFT_INTERVAL_MS', 60_000, 'How often to look.', { min: 100 }),
  windowRecords: integer('DRIFT_WINDOW_RECORDS', 1000, 'Newest served calls that are compared.', {
    min: 50,
  }),
  recordsMin: integer('DRIFT_RECORDS_MIN', 200, 'Fewer records in a window tell nothing.', {
    min: 20,
  }),
  stabilityMin: decimal(
    'DRIFT_PSI_MIN',
    0.25,
    'Population stability index at which a feature counts as drifted (Siddiqi 2006: a major shift).',
    { min: 0 },
  ),
  significance: ratio(
    'DRIFT_SIGNIFICANCE',
    0.001,
    'Chance of a false alarm a look, over all features.',
  ),
  accuracyFallMin: ratio(
    'DRIFT_ACCURACY_FALL_MIN',
    0.01,
    "Fall of the student's accuracy that counts.",
  ),
  webhookUrl: address('DRIFT_WEBHOOK_URL', '', 'Where alerts are sent; empty sends none.'),
}

const judgementsOf = (watched: Watched, thresholds: Thresholds): readonly Judgement[] => {
  const features = watchedFeatures.length + 1
  return [
    ...watchedFeatures.map((feature) =>
      judgeFeature(feature, watched.bins[feature] ?? [], features, thresholds),
    ),
    judgeAccuracy(watched.referenceAccuracy, watched.currentAccuracy, features, thresholds),
  ]
}

/** Accuracy is no feature of one call: the student's labels are what can be shown beside it. */
const shownFeature = (feature: string): string =>
  feature === 'student-accuracy' ? 'student-label' : feature

const queryFor = ({ workload }: Watched, feature: string): string =>
  `SELECT feature.name, feature.bin, feature.category, count() FROM flywheel.observations ARRAY JOIN features AS feature WHERE workload = '${workload.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}' AND feature.name = '${shownFeature(feature)}' AND role = 'served' GROUP BY ALL ORDER BY ALL`

const findingOf = (watched: Watched, judgement: Judgement, tickMs: number): Finding => {
  const { workload, championId, referenceFromMs, referenceToMs, windowFromMs, windowToMs } = watched
  const { feature, verdict, bins, ...measured } = judgement
  return {
    findingId: digest('finding', workload, championId, feature, verdict, String(tickMs)),
    workload,
    feature,
    verdict,
    ...measured,
    referenceFromMs,
    referenceToMs,
    windowFromMs,
    windowToMs,
    evidence: JSON.stringify({ championId, bins }),
    query: queryFor(watched, feature),
    createdAtMs: tickMs,
  }
}

const triggerOf = (
  watched: Watched,
  drifted: readonly Finding[],
  tickMs: number,
): RetrainTrigger => ({
  triggerId: digest('trigger', watched.workload, watched.championId, 'drift').slice(0, 24),
  workload: watched.workload,
  cause: 'drift',
  evidence: JSON.stringify(
    drifted.map(({ feature, statistic, value, threshold, pValue }) => ({
      feature,
      statistic,
      value,
      threshold,
      pValue,
    })),
  ),
  findingIds: drifted.map(({ findingId }) => findingId),
  championId: watched.championId,
  urgency: drifted.some(({ feature }) => feature === 'student-accuracy') ? 'high' : 'normal',
  windowFromMs: watched.referenceToMs + 1,
  windowToMs: tickMs,
  actor: 'drift-detector',
  createdAtMs: tickMs,
})

interface Consequences {
  readonly messages: readonly Message<typeof topics.findings | typeof topics.retrainTriggers>[]
  readonly notices: readonly Notify[]
}

const consequencesOf = (
  watched: Watched,
  tickMs: number,
  thresholds: Thresholds,
  webhookUrl: string,
): Consequences => {
  const found = judgementsOf(watched, thresholds).map((judgement) =>
    findingOf(watched, judgement, tickMs),
  )
  const changed = found.filter(({ feature, verdict }) => watched.lastVerdicts[feature] !== verdict)
  const drifted = found.filter(({ verdict }) => verdict === 'drifted')
  const findings = changed.map((finding) => message(topics.findings, finding))
  if (drifted.length === 0 || watched.triggered) return { messages: findings, notices: [] }
  const trigger = triggerOf(watched, drifted, tickMs)
  return {
    messages: [...findings, message(topics.retrainTriggers, trigger)],
    notices: webhookUrl === '' ? [] : [alertOf(trigger, drifted, webhookUrl)],
  }
}

/**
 * Compares what came since the champion's training data with that data, feature by feature. A finding is written when a
 * verdict changes; drift triggers one turn of the wheel a champion, and one alert.
 */
export const detect = defineTimer({
  service: 'drift-detector',
  name: 'detect',
  owner: topics.observations,
  outputs: [topics.findings, topics.retrainTriggers],
  settings,
  intervalMs: ({ intervalMs }) => intervalMs,

  gather: (_tickMs, world: World, { windowRecords }) => world.watched(windowRecords),

  decide: ({ tickMs, facts, settings: { webhookUrl, ...thresholds } }) => {
    const all = facts.map((watched) => consequencesOf(watched, tickMs, thresholds, webhookUrl))
    return emitAll(
      all.flatMap(({ messages }) => messages),
      all.flatMap(({ notices }) => notices),
    )
  },
})
