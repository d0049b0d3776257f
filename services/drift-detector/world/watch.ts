import type { ClickHouse, Outside } from '#kit'
import { type Promotion, topics } from '#schemas'
import type { Watched, World } from '../detect.ts'
import { profileVersion } from '../features.ts'
import { accuracySql, binsSql, referenceSql, windowSql } from './queries.ts'

interface Reference {
  readonly fromMs: number
  readonly toMs: number
  readonly accuracy: number
  readonly examples: number
}

interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly records: number
}

interface BinRow {
  readonly feature: string
  readonly bin: string
  readonly reference: number
  readonly current: number
}

const byFeature = (rows: readonly BinRow[]): Watched['bins'] => {
  const grouped = Map.groupBy(rows, ({ feature }) => feature)
  return Object.fromEntries(
    [...grouped].map(([feature, bins]) => [
      feature,
      bins.map(({ bin, reference, current }) => ({
        bin,
        reference: Number(reference),
        current: Number(current),
      })),
    ]),
  )
}

const look = async (
  clickhouse: ClickHouse,
  { workload, champion }: Promotion,
  windowRecords: number,
): Promise<Omit<Watched, 'lastVerdicts' | 'triggered'> | undefined> => {
  const { datasetVersion, candidateId } = champion
  const [reference] = await clickhouse.query<Reference>(referenceSql, {
    datasetVersion,
    candidateId,
  })
  if (reference === undefined) return undefined
  const { fromMs, toMs } = reference
  const asked = { workload, fromMs, toMs, windowRecords, profileVersion }
  const [window] = await clickhouse.query<Window>(windowSql, asked)
  const bins = await clickhouse.query<BinRow>(binsSql, asked)
  const [seen] = await clickhouse.query<{ correct: number; known: number }>(accuracySql, asked)
  return {
    workload,
    championId: candidateId,
    referenceFromMs: Number(fromMs),
    referenceToMs: Number(toMs),
    windowFromMs: Number(window?.fromMs ?? 0),
    windowToMs: Number(window?.toMs ?? 0),
    bins: byFeature(bins),
    referenceAccuracy: {
      right: Math.round(reference.accuracy * reference.examples),
      known: Number(reference.examples),
    },
    currentAccuracy: { right: Number(seen?.correct ?? 0), known: Number(seen?.known ?? 0) },
  }
}

/**
 * Views: `promotions` (whom to watch, one entry a workload, 10,000), `findings` (last verdicts, 100,000) and
 * `retrain-triggers` (one a workload, 10,000). Windows and histograms come from ClickHouse.
 */
export const watch = async (outside: Outside): Promise<World> => {
  const states = await outside.view(topics.promotions, { boundEntries: 10_000 })
  const findings = await outside.view(topics.findings, { boundEntries: 100_000 })
  const triggers = await outside.view(topics.retrainTriggers, { boundEntries: 10_000 })
  const clickhouse = outside.clickhouse()

  const lastVerdicts = ({ workload, championId }: { workload: string; championId: string }) =>
    Object.fromEntries(
      [...findings.values()]
        .filter((finding) => finding.workload === workload)
        .filter(({ evidence }) => JSON.parse(evidence).championId === championId)
        .map(({ feature, verdict }) => [feature, verdict]),
    )

  return {
    watched: async (windowRecords) => {
      await Promise.all([states, findings, triggers].map((view) => view.waitForLatest()))
      const served = [...states.values()].filter(({ champion }) => champion.kind !== 'production')
      const all: Watched[] = []
      for (const state of served) {
        const seen = await look(clickhouse, state, windowRecords)
        if (seen === undefined) continue
        const triggered = triggers.get(seen.workload)?.championId === seen.championId
        all.push({ ...seen, lastVerdicts: lastVerdicts(seen), triggered })
      }
      return all
    },
  }
}
