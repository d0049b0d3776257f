-- What people ask of the wheel. Views are computed when they are asked. A record that a door or a timer wrote twice has the same id
-- both times and counts once.

CREATE OR REPLACE VIEW flywheel.cost_by_day
(
  day Date COMMENT 'Day in which Kafka took the calls, UTC.',
  workload LowCardinality(String) COMMENT 'The kind of task.',
  calls UInt64 COMMENT 'Calls that reached a caller.',
  student_calls UInt64 COMMENT 'Of these, answered by a student.',
  cost_usd Float64 COMMENT 'What all calls cost, sampled copies among them, US dollars.',
  sampled_cost_usd Float64 COMMENT 'Of this, copies of student calls to the production model.',
  production_cost_per_call_usd Float64 COMMENT 'Mean price of the production model''s calls of the workload in the whole table.',
  saved_usd Float64 COMMENT 'What the student''s calls would have cost at that mean, less what they and their copies cost.'
)
AS
WITH by_day AS (
  SELECT
    toDate(stats.minute) AS day,
    stats.workload AS workload,
    sumIf(stats.calls, role = 'served') AS served_calls,
    sumIf(stats.calls, role = 'served' AND startsWith(served_by, 'student')) AS student_calls,
    sum(stats.cost_usd) AS all_cost_usd,
    sumIf(stats.cost_usd, role = 'sampled') AS sampled_cost_usd,
    sumIf(stats.cost_usd, role = 'served' AND startsWith(served_by, 'student')) AS student_cost_usd
  FROM flywheel.inference_stats AS stats
  GROUP BY day, workload
),
production AS (
  SELECT workload, sum(cost_usd) / greatest(sum(calls - unpriced_calls), 1) AS per_call_usd
  FROM flywheel.inference_stats
  WHERE served_by = 'production' AND status_class = 2
  GROUP BY workload
)
SELECT
  day,
  by_day.workload AS workload,
  served_calls AS calls,
  student_calls,
  all_cost_usd AS cost_usd,
  sampled_cost_usd,
  ifNull(per_call_usd, 0) AS production_cost_per_call_usd,
  student_calls * production_cost_per_call_usd - student_cost_usd - sampled_cost_usd AS saved_usd
FROM by_day
LEFT JOIN production ON production.workload = by_day.workload;

CREATE OR REPLACE VIEW flywheel.quality_by_model
(
  workload LowCardinality(String) COMMENT 'The kind of task.',
  served_by LowCardinality(String) COMMENT 'Who answered.',
  calls UInt64 COMMENT 'Calls that reached a caller, without repeats.',
  failed_calls UInt64 COMMENT 'Calls with a status from 400 on, or an error.',
  judged_calls UInt64 COMMENT 'Calls that somebody said something of.',
  thumbs_up UInt64 COMMENT 'Feedback: up.',
  thumbs_down UInt64 COMMENT 'Feedback: down.',
  corrections UInt64 COMMENT 'Feedback: another answer, or another label.',
  mean_score Nullable(Float64) COMMENT 'Mean of the scores given; empty where nobody gave one.'
)
AS
WITH said AS (
  SELECT
    request_id,
    countIf(kind = 'thumbs' AND value = 'up') AS up,
    countIf(kind = 'thumbs' AND value = 'down') AS down,
    countIf(kind IN ('correction', 'label')) AS corrected,
    sumIf(score, kind = 'score') AS score_sum,
    countIf(kind = 'score' AND score IS NOT NULL) AS scores
  FROM (
    SELECT request_id, kind, value, score FROM flywheel.feedback
    LIMIT 1 BY if(feedback_id = '', concat(toString(kafka_partition), '/', toString(kafka_offset)), feedback_id)
  )
  GROUP BY request_id
)
SELECT
  workload,
  served_by,
  count() AS calls,
  countIf(status >= 400 OR error != '') AS failed_calls,
  countIf(up + down + corrected + scores > 0) AS judged_calls,
  sum(up) AS thumbs_up,
  sum(down) AS thumbs_down,
  sum(corrected) AS corrections,
  if(sum(scores) = 0, NULL, sum(ifNull(score_sum, 0)) / sum(scores)) AS mean_score
FROM flywheel.inference_logs
LEFT JOIN said USING (request_id)
WHERE NOT is_repeat AND role = 'served'
GROUP BY workload, served_by;

CREATE OR REPLACE VIEW flywheel.lineage
(
  workload LowCardinality(String) COMMENT 'The kind of task.',
  dataset_version String COMMENT 'Version that the candidate learned from.',
  cause LowCardinality(String) COMMENT 'Why the version was built: volume, drift, timer or person.',
  examples Int64 COMMENT 'Examples of all splits.',
  built_at DateTime64(3, 'UTC') COMMENT 'When the version was built.',
  candidate_id String COMMENT 'Model that was made of it.',
  kind LowCardinality(String) COMMENT 'student, cascade …',
  artifact_hash String COMMENT 'SHA-256 of the model.',
  training_cost_usd Float64 COMMENT 'Cost of training, US dollars.',
  evaluation_id String COMMENT 'Its evaluation; empty where there was none.',
  pairs Int64 COMMENT 'Test pairs.',
  accuracy Nullable(Float64) COMMENT 'Accuracy on all pairs, 0 to 1.',
  difference Nullable(Float64) COMMENT 'Its accuracy less the champion''s, in points of a share.',
  verdict LowCardinality(String) COMMENT 'promoted, refused or rolled back; empty while nobody decided.',
  decided_at Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was decided.',
  calls UInt64 COMMENT 'Calls that it answered since.'
)
AS
WITH answered AS (
  SELECT served_by, sum(calls) AS calls FROM flywheel.inference_stats WHERE role = 'served' GROUP BY served_by
),
scored AS (
  SELECT
    candidate_id,
    evaluation_id,
    pairs,
    arrayFirst(metric -> metric.name = 'accuracy' AND metric.slice = 'all', metrics) AS accuracy
  FROM flywheel.eval_results
  ORDER BY arrived_at DESC LIMIT 1 BY evaluation_id
)
SELECT
  made.workload AS workload,
  made.dataset_version AS dataset_version,
  built.cause AS cause,
  arraySum(mapValues(built.counts)) AS examples,
  built.created_at AS built_at,
  made.candidate_id AS candidate_id,
  made.kind AS kind,
  made.artifact_hash AS artifact_hash,
  made.training_cost_usd AS training_cost_usd,
  scored.evaluation_id AS evaluation_id,
  scored.pairs AS pairs,
  if(scored.accuracy.name = '', NULL, scored.accuracy.candidate) AS accuracy,
  if(scored.accuracy.name = '', NULL, scored.accuracy.difference) AS difference,
  decided.verdict AS verdict,
  if(decided.verdict = '', NULL, decided.decided_at) AS decided_at,
  answered.calls AS calls
FROM (SELECT * FROM flywheel.candidates ORDER BY arrived_at DESC LIMIT 1 BY candidate_id) AS made
LEFT JOIN (SELECT * FROM flywheel.training_ready ORDER BY arrived_at LIMIT 1 BY dataset_version) AS built
  ON built.dataset_version = made.dataset_version
LEFT JOIN scored ON scored.candidate_id = made.candidate_id
LEFT JOIN (SELECT * FROM flywheel.promotions ORDER BY revision DESC LIMIT 1 BY evaluation_id) AS decided
  ON decided.evaluation_id = scored.evaluation_id AND scored.evaluation_id != ''
LEFT JOIN answered ON answered.served_by = concat('student:', made.candidate_id);

CREATE OR REPLACE VIEW flywheel.call_lineage
(
  request_id String COMMENT 'The call.',
  parent_id String COMMENT 'The served call, for a copy.',
  workload LowCardinality(String) COMMENT 'The kind of task.',
  served_by LowCardinality(String) COMMENT 'Who answered.',
  route_reason LowCardinality(String) COMMENT 'Why the gateway chose this model.',
  event_time DateTime64(3, 'UTC') COMMENT 'When the call was made.',
  log_partition Int32 COMMENT 'Where its log stands in Kafka: partition.',
  log_offset Int64 COMMENT 'Where its log stands in Kafka: offset.',
  is_curated Bool COMMENT 'Whether it became an example.',
  label String COMMENT 'The choice in its answer.',
  dataset_version String COMMENT 'First dataset version built after it was curated: the first that could hold it.',
  feedback_count UInt64 COMMENT 'What was said of it.'
)
AS
SELECT
  log.request_id AS request_id,
  log.parent_id AS parent_id,
  log.workload AS workload,
  log.served_by AS served_by,
  log.route_reason AS route_reason,
  log.event_time AS event_time,
  log.kafka_partition AS log_partition,
  log.kafka_offset AS log_offset,
  CAST(example.request_id != '' AS Bool) AS is_curated,
  example.label AS label,
  built.dataset_version AS dataset_version,
  said.feedback_count AS feedback_count
FROM flywheel.inference_logs AS log
LEFT JOIN (
  SELECT request_id, any(workload) AS workload, any(label) AS label, min(arrived_at) AS arrived_at
  FROM flywheel.curated GROUP BY request_id
) AS example ON example.request_id = log.request_id
ASOF LEFT JOIN flywheel.training_ready AS built
  ON built.workload = example.workload AND built.arrived_at >= example.arrived_at
LEFT JOIN (
  SELECT request_id, uniqExact(if(feedback_id = '', concat(toString(kafka_partition), '/', toString(kafka_offset)), feedback_id)) AS feedback_count
  FROM flywheel.feedback GROUP BY request_id
) AS said
  ON said.request_id = log.request_id
WHERE NOT log.is_repeat;
