import {
  type DatasetFigures,
  datasetsOf,
  driftOf,
  type FindingFigures,
  type StoreFigures,
  storeFigures,
  type TrafficFigures,
  tableCounts,
  trafficSince,
  type VerdictFigures,
  verdictsOf,
} from '../wheel/figures.ts'
import { type OutcomeCount, readOutcomes } from '../wheel/outcomes.ts'
import { type Services, serviceNames } from '../wheel/services.ts'
import { requestIdOf, workload } from './calls.ts'
import type { Demo } from './run.ts'

/** Everything that the demo tells at its end; `--report` writes it as JSON. */
export interface Report {
  readonly workload: string
  readonly simulated: readonly string[]
  readonly published: number
  readonly stored: StoreFigures
  readonly lost: number
  readonly doubled: number
  readonly rows: Readonly<Record<string, number>>
  readonly outcomes: readonly OutcomeCount[]
  readonly datasets: readonly DatasetFigures[]
  readonly verdicts: readonly VerdictFigures[]
  readonly promotions: number
  readonly refusals: number
  readonly drift: readonly FindingFigures[]
  readonly 'retrain-triggers': number
  readonly alerts: number
  readonly traffic: {
    readonly secondCollection: readonly TrafficFigures[]
    readonly lastMails: readonly TrafficFigures[]
  }
  readonly prices: string
  readonly seconds: number
}

const outcomesOf = async (services: Services): Promise<readonly OutcomeCount[]> => {
  const texts = await Promise.all(
    serviceNames.map(async (name) => (await fetch(`${services.url(name)}/metrics`)).text()),
  )
  return texts
    .flatMap(readOutcomes)
    .filter(({ kind, records }) => records > 0 && kind !== 'tick')
    .sort((a, b) => (a.processor < b.processor ? -1 : 1) || b.records - a.records)
}

/** Ids that were acknowledged and are not in the table. */
const lostOf = async (demo: Demo): Promise<number> => {
  const rows = await demo.ground.ask<{ id: string }>(
    `SELECT DISTINCT request_id AS id FROM flywheel.inference_logs WHERE workload = {workload:String} AND role = 'served'`,
    { workload },
  )
  const stored = new Set(rows.map(({ id }) => id))
  const sent = [...demo.mails.first, ...demo.mails.second].map(requestIdOf)
  return sent.filter((id) => !stored.has(id)).length
}

/** Asks ClickHouse and the services for every figure. */
export const makeReport = async (demo: Demo, seconds: number): Promise<Report> => {
  const { ask } = demo.ground
  const stored = await storeFigures(ask, workload)
  const verdicts = await verdictsOf(ask, workload)
  const rows = await tableCounts(ask)
  const last = await trafficSince(ask, workload, demo.beganMs.last)
  const since = await trafficSince(ask, workload, demo.beganMs.gateway)
  return {
    workload,
    simulated: [
      'production model: answers with the human label of the corpus',
      'event time of the first collection: stamped by replay order',
    ],
    published: demo.mails.first.length + demo.mails.second.length,
    stored,
    lost: await lostOf(demo),
    doubled: stored.doubled,
    rows,
    outcomes: await outcomesOf(demo.services),
    datasets: await datasetsOf(ask, workload),
    verdicts,
    promotions: verdicts.filter(({ verdict }) => verdict === 'promoted').length,
    refusals: verdicts.filter(({ verdict }) => verdict === 'refused').length,
    drift: await driftOf(ask, workload),
    'retrain-triggers': rows['retrain_triggers'] ?? 0,
    alerts: demo.webhook.alerts().length,
    traffic: { secondCollection: since, lastMails: last },
    prices: 'infra/prices.yaml',
    seconds,
  }
}
