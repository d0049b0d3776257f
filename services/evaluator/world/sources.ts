import { type Outside, readPriceFile, text } from '#kit'
import { topics } from '#schemas'
import type { World } from '../evaluate.ts'
import { examine } from './examine.ts'

/** Prices, and the model that the student is held to. */
export const settings = {
  prices: text('PRICES_FILE', 'infra/prices.yaml', 'Price file.'),
  productionModel: text(
    'PRODUCTION_MODEL',
    'gpt-4o',
    'The production model, as the price file names it.',
  ),
}

const latencySql = `SELECT quantile(0.5)(latency_ms) AS p50Ms, quantile(0.95)(latency_ms) AS p95Ms, count() AS calls
FROM inference_logs WHERE workload = {workload:String} AND served_by = 'production' AND latency_ms IS NOT NULL AND status < 400`

/** View `promotions`, one entry a workload; artifacts and test files from the object store; latencies from ClickHouse. */
export const sources = async (outside: Outside): Promise<World> => {
  const { prices, productionModel } = outside.settings(settings)
  const states = await outside.view(topics.promotions, { boundEntries: 10_000 })
  const clickhouse = outside.clickhouse()
  const known = {
    objects: outside.objects(),
    prices: readPriceFile(settings.prices.env, prices),
    productionModel,
    championOf: async (workload: string) => {
      await states.waitForLatest()
      return states.get(workload)?.champion
    },
    productionLatency: async (workload: string) => {
      const [row] = await clickhouse.query<{ p50Ms: number; p95Ms: number; calls: string }>(
        latencySql,
        { workload },
      )
      const measured = row !== undefined && Number(row.calls) > 0
      return { p50Ms: measured ? row.p50Ms : null, p95Ms: measured ? row.p95Ms : null }
    },
  }
  return { examine: (candidate) => examine(candidate, known) }
}
