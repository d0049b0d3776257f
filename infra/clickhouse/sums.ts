import { ddl } from './apply.ts'

/** A table of sums, what feeds it, and the figures that must agree with its base. */
export interface Sums {
  readonly target: string
  readonly feed: string
  readonly base: string
  /** The target's time of arrival. */
  readonly time: string
  /** Figures by name: over the rows of the base, and over those of the target. */
  readonly figures: Readonly<Record<string, readonly [ofBase: string, ofTarget: string]>>
}

/** Every table of sums that the DDL makes. */
export const sums: readonly Sums[] = [
  {
    target: 'inference_stats',
    feed: 'inference_stats_feed',
    base: 'inference_logs',
    time: 'minute',
    figures: {
      calls: ['countIf(NOT is_repeat)', 'sum(calls)'],
      tokens: [
        'sumIf(prompt_tokens + completion_tokens, NOT is_repeat)',
        'sum(prompt_tokens) + sum(completion_tokens)',
      ],
    },
  },
  {
    target: 'feature_histograms',
    feed: 'feature_histograms_feed',
    base: 'observations',
    time: 'hour',
    figures: {
      calls: ['sumIf(length(features), NOT is_repeat)', 'sum(calls)'],
      bins: [
        'sumIf(arraySum(observed -> observed.3, features), NOT is_repeat)',
        'sum(bin * toInt64(calls))',
      ],
    },
  },
]

/** Rows are kept this many days by an engine's TTL; Infinity where there is none. Throws on a TTL that it can't read. */
export const keptDays = (engine: string): number => {
  if (!/\bTTL\b/.test(engine)) return Number.POSITIVE_INFINITY
  const days = /\bTTL [^,]*?toIntervalDay\((\d+)\)/.exec(engine)?.[1]
  if (days === undefined) throw new Error(`only a TTL in days can be compared: ${engine}`)
  return Number(days)
}

/**
 * The figures that differ, by day of arrival and workload. The oldest day that the TTL leaves whole is `from`: of older days the
 * base has less than was counted, and the sums are right.
 */
export const differencesSql = ({ target, base, time, figures }: Sums, from: string): string => {
  const names = Object.keys(figures)
  const arrays = [0, 1].map(
    (side) => `[${names.map((name) => `toInt64(${figures[name]?.[side]})`)}]`,
  )
  return `
SELECT '${target}' AS target, toString(day) AS day, workload, figure, base, held
FROM (
  SELECT day, workload, sumForEach(of_base) AS bases, sumForEach(of_target) AS helds
  FROM (
    SELECT toDate(arrived_at, 'UTC') AS day, workload, ${arrays[0]} AS of_base, [${names.map(() => 'toInt64(0)')}] AS of_target
    FROM flywheel.${base} WHERE day >= '${from}' GROUP BY day, workload
    UNION ALL
    SELECT toDate(${time}, 'UTC') AS day, workload, [${names.map(() => 'toInt64(0)')}] AS of_base, ${arrays[1]} AS of_target
    FROM flywheel.${target} WHERE day >= '${from}' GROUP BY day, workload
  )
  GROUP BY day, workload
)
ARRAY JOIN [${names.map((name) => `'${name}'`)}] AS figure, bases AS base, helds AS held
WHERE base != held ORDER BY day, workload, figure`
}

/**
 * The first day that may still gain rows. A partition is read in order, so that its newest row tells how far the sink has come;
 * one that has been silent for seven days has nothing left that Kafka keeps.
 */
export const firstOpenDaySql = ({ base }: Sums): string => `
SELECT toString(least(toDate(now(), 'UTC'), if(count() = 0, toDate(now(), 'UTC') - 7, min(newest)))) AS day
FROM (
  SELECT toDate(max(arrived_at), 'UTC') AS newest FROM flywheel.${base}
  WHERE arrived_at >= now() - INTERVAL 8 DAY GROUP BY kafka_partition
)`

/** The feed's own SELECT, over one day of its base. */
export const dayOfFeedSql = ({ feed, base }: Sums, day: string): string => {
  const statement = ddl().find((sql) =>
    sql.includes(`MATERIALIZED VIEW IF NOT EXISTS flywheel.${feed} `),
  )
  const select = statement?.slice(statement.indexOf('\nSELECT'))
  if (select === undefined) throw new Error(`there is no feed ${feed}`)
  const whole = `FROM flywheel.${base}`
  const part = `FROM (SELECT * FROM flywheel.${base} WHERE toDate(arrived_at, 'UTC') = '${day}') AS ${base}`
  return select.replace(whole, part)
}
