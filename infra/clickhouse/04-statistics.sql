-- Sums that the sink's inserts keep up to date. Repeats are in none of them. Each target has its own deduplication window, or a block
-- that is tried again would be counted twice; rows that the sink repairs and that are counted already say so in their token. Times are
-- times of arrival, as in the partitions below: a block lies in one.

CREATE TABLE IF NOT EXISTS flywheel.inference_stats
(
  minute DateTime('UTC') COMMENT 'Minute in which Kafka took the calls.',
  workload LowCardinality(String) COMMENT 'The kind of task.',
  model LowCardinality(String) COMMENT 'Model that the callers asked for.',
  served_by LowCardinality(String) COMMENT 'Who answered: production, human, or student and its candidate id.',
  role LowCardinality(String) COMMENT 'served, shadow or sampled: only served calls reached a caller.',
  status_class UInt8 COMMENT 'First digit of the HTTP status; 0 where it is unknown.',
  calls SimpleAggregateFunction(sum, UInt64) COMMENT 'Calls, without repeats.',
  failed_calls SimpleAggregateFunction(sum, UInt64) COMMENT 'Calls with a status from 400 on, or an error.',
  prompt_tokens SimpleAggregateFunction(sum, Int64) COMMENT 'Tokens of the requests.',
  completion_tokens SimpleAggregateFunction(sum, Int64) COMMENT 'Tokens of the answers.',
  cost_usd SimpleAggregateFunction(sum, Float64) COMMENT 'Price of the calls whose price is known, US dollars.',
  unpriced_calls SimpleAggregateFunction(sum, UInt64) COMMENT 'Calls without a price.',
  masked SimpleAggregateFunction(sum, UInt64) COMMENT 'Pieces of personal data masked on the way here.',
  latency_ms AggregateFunction(quantilesTDigestIf(0.5, 0.95, 0.99), Float64, UInt8) COMMENT 'Quantiles of the time to the whole answer: quantilesTDigestIfMerge(0.5, 0.95, 0.99)(latency_ms).',
  ttft_ms AggregateFunction(quantilesTDigestIf(0.5, 0.95, 0.99), Float64, UInt8) COMMENT 'Quantiles of the time to the first token, likewise.'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (workload, minute, model, served_by, role, status_class)
TTL minute + INTERVAL 800 DAY
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Calls by minute and who answered.';

CREATE MATERIALIZED VIEW IF NOT EXISTS flywheel.inference_stats_feed TO flywheel.inference_stats AS
SELECT
  toStartOfMinute(toDateTime(arrived_at, 'UTC')) AS minute,
  workload,
  model,
  served_by,
  role,
  toUInt8(if(status BETWEEN 100 AND 599, intDiv(status, 100), 0)) AS status_class,
  count() AS calls,
  countIf(status >= 400 OR error != '') AS failed_calls,
  sum(prompt_tokens) AS prompt_tokens,
  sum(completion_tokens) AS completion_tokens,
  sum(ifNull(inference_logs.cost_usd, 0)) AS cost_usd,
  countIf(inference_logs.cost_usd IS NULL) AS unpriced_calls,
  sum(arraySum(mapValues(redaction_counts))) AS masked,
  quantilesTDigestIfState(0.5, 0.95, 0.99)(ifNull(inference_logs.latency_ms, 0), toUInt8(inference_logs.latency_ms IS NOT NULL)) AS latency_ms,
  quantilesTDigestIfState(0.5, 0.95, 0.99)(ifNull(inference_logs.ttft_ms, 0), toUInt8(inference_logs.ttft_ms IS NOT NULL)) AS ttft_ms
FROM flywheel.inference_logs
WHERE NOT is_repeat AND NOT endsWith(getSetting('insert_deduplication_token'), ':table-only')
GROUP BY minute, workload, model, served_by, role, status_class;

CREATE TABLE IF NOT EXISTS flywheel.feature_histograms
(
  hour DateTime('UTC') COMMENT 'Hour in which Kafka took the observations.',
  workload LowCardinality(String) COMMENT 'The kind of task.',
  model LowCardinality(String) COMMENT 'Model that answered.',
  served_by LowCardinality(String) COMMENT 'Who answered.',
  role LowCardinality(String) COMMENT 'served, shadow or sampled.',
  feature LowCardinality(String) COMMENT 'Feature that drift watches.',
  profile_version LowCardinality(String) COMMENT 'Version of the bins: only bins of one version can be compared.',
  bin Int32 COMMENT 'Bin of the feature''s value.',
  category String COMMENT 'Value of a feature that is no number, such as a label.',
  calls SimpleAggregateFunction(sum, UInt64) COMMENT 'Calls in this bin, without repeats.',
  value_sum SimpleAggregateFunction(sum, Float64) COMMENT 'Sum of the values, for their mean.'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (workload, feature, hour, model, served_by, role, profile_version, bin, category)
TTL hour + INTERVAL 800 DAY
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'How often each feature fell into each bin, for drift.';

CREATE MATERIALIZED VIEW IF NOT EXISTS flywheel.feature_histograms_feed TO flywheel.feature_histograms AS
SELECT
  toStartOfHour(toDateTime(arrived_at, 'UTC')) AS hour,
  workload,
  model,
  served_by,
  role,
  observed.1 AS feature,
  observed.2 AS profile_version,
  observed.3 AS bin,
  observed.5 AS category,
  count() AS calls,
  sum(observed.4) AS value_sum
FROM flywheel.observations
ARRAY JOIN features AS observed
WHERE NOT is_repeat AND NOT endsWith(getSetting('insert_deduplication_token'), ':table-only')
GROUP BY hour, workload, model, served_by, role, feature, profile_version, bin, category;
