import { type TrafficFigures, trafficSince } from '../wheel/figures.ts'
import {
  lostOf,
  type WheelReport,
  type WorkloadReport,
  wheelReport,
  workloadReport,
} from '../wheel/report.ts'
import { requestIdOf, workload } from './calls.ts'
import type { Demo } from './run.ts'

/** Everything that the demo tells at its end; `--report` writes it as JSON. */
export interface Report extends WorkloadReport, WheelReport {
  readonly simulated: readonly string[]
  /** Calls that were published or sent, each under its own id. */
  readonly published: number
  readonly lost: number
  readonly doubled: number
  readonly alerts: number
  readonly traffic: {
    readonly secondCollection: readonly TrafficFigures[]
    readonly lastMails: readonly TrafficFigures[]
  }
  readonly prices: string
  readonly seconds: number
}

/** Asks ClickHouse and the services for every figure. */
export const makeReport = async (demo: Demo, seconds: number): Promise<Report> => {
  const { ask } = demo.ground
  const mails = [...demo.mails.first, ...demo.mails.second]
  const triage = await workloadReport(ask, workload)
  return {
    ...triage,
    ...(await wheelReport(ask, demo.services)),
    simulated: [
      'production model: answers with the human label of the corpus',
      'event time of the first collection: stamped by replay order',
    ],
    published: mails.length,
    lost: await lostOf(ask, mails.map(requestIdOf)),
    doubled: triage.stored.doubled,
    alerts: demo.webhook.alerts().length,
    traffic: {
      secondCollection: await trafficSince(ask, workload, demo.beganMs.gateway),
      lastMails: await trafficSince(ask, workload, demo.beganMs.last),
    },
    prices: 'infra/prices.yaml',
    seconds,
  }
}
