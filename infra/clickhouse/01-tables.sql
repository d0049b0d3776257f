-- Generated from schemas/ by infra/clickhouse/generate.ts: npm run generate

-- Each CREATE makes a new table, each ALTER brings an older one up to date.

CREATE DATABASE IF NOT EXISTS flywheel;

CREATE TABLE IF NOT EXISTS flywheel.inference_logs
(
  request_id String COMMENT 'Id of the call, unique per call; the topic\'s key. A second record with the same id is a repeat.',
  trace_id String COMMENT 'W3C trace id of the request.',
  session_id String COMMENT 'Conversation the call belongs to.',
  agent_id String COMMENT 'Agent that made the call.',
  parent_id String COMMENT 'For a shadow or sampled copy: the request id of the served call.',
  tenant LowCardinality(String) COMMENT 'Tenant of the app.',
  client LowCardinality(String) COMMENT 'App or API client that called.',
  workload LowCardinality(String) COMMENT 'The kind of task; where empty, curation derives it from the system prompt and tool names.',
  subject String COMMENT 'Keyed hash of the end user.',
  event_time DateTime64(3, 'UTC') COMMENT 'When the call was made, milliseconds since 1970 UTC.',
  request String COMMENT 'OpenAI chat completion request, JSON as sent.',
  response String COMMENT 'OpenAI chat completion response, JSON as sent; empty when the call failed.',
  model LowCardinality(String) COMMENT 'Model that the caller asked for.',
  served_by LowCardinality(String) COMMENT 'Who answered: production, human, student or a candidate id.',
  role LowCardinality(String) COMMENT 'served, shadow or sampled: whether the answer reached the caller.',
  artifact_hash String COMMENT 'SHA-256 of the model artifact that answered; empty for an external model.',
  route_reason LowCardinality(String) COMMENT 'Why the gateway chose this model.',
  canary_share Float64 COMMENT 'Share of traffic that the answering model had, 0 to 1.',
  confidence Nullable(Float64) COMMENT 'Probability that the answering model gave its answer, 0 to 1.',
  prompt_tokens Int64 COMMENT 'Tokens of the request.',
  completion_tokens Int64 COMMENT 'Tokens of the answer.',
  ttft_ms Nullable(Float64) COMMENT 'Time to the first token, milliseconds.',
  latency_ms Nullable(Float64) COMMENT 'Time to the whole answer, milliseconds.',
  cost_usd Nullable(Float64) COMMENT 'Price of the call in US dollars.',
  status Int32 COMMENT 'HTTP status of the call.',
  finish_reason LowCardinality(String) COMMENT 'OpenAI finish reason.',
  error String COMMENT 'Error message of a failed call.',
  rail_hits Array(String) COMMENT 'Names of the rails that fired.',
  chunk_ids Array(String) COMMENT 'Ids of the retrieved chunks.',
  attributes Map(String, String) COMMENT 'Free attributes of the app.',
  is_repeat Bool COMMENT 'True when an earlier record has the same request id; views leave it out.',
  redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.',
  redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.',
  redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, event_time, request_id)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'One row a model call.';

ALTER TABLE flywheel.inference_logs MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.feedback
(
  feedback_id String COMMENT 'Derived id of this feedback.',
  request_id String COMMENT 'The call that is judged; the topic\'s key.',
  workload LowCardinality(String) COMMENT 'Workload of the call.',
  kind LowCardinality(String) COMMENT 'thumbs, score, comment, label, correction or preference.',
  value String COMMENT 'up or down, a label, or the preferred request id.',
  score Nullable(Float64) COMMENT 'Score, higher is better.',
  comment String COMMENT 'Free text.',
  correction String COMMENT 'The right answer, as an OpenAI assistant message in JSON.',
  author LowCardinality(String) COMMENT 'person or judge.',
  actor String COMMENT 'Who gave it: an API client or a reviewer\'s id.',
  subject String COMMENT 'Keyed hash of the end user.',
  event_time DateTime64(3, 'UTC') COMMENT 'When it was given.',
  redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.',
  redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.',
  redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (request_id)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'What people and judges say of calls.';

ALTER TABLE flywheel.feedback MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.documents
(
  document_id String COMMENT 'Id of the document; the topic\'s key.',
  collection LowCardinality(String) COMMENT 'Collection that workloads search.',
  title String COMMENT 'Title.',
  media_type LowCardinality(String) COMMENT 'text/plain, text/markdown or text/html.',
  content String COMMENT 'The text.',
  uri String COMMENT 'Where it came from.',
  removed Bool COMMENT 'True: forget this document.',
  event_time DateTime64(3, 'UTC') COMMENT 'When it was published.',
  attributes Map(String, String) COMMENT 'Free attributes.',
  redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.',
  redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.',
  redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (document_id)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Source documents and their removals.';

ALTER TABLE flywheel.documents MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.curated
(
  request_id String COMMENT 'The call it comes from; the topic\'s key.',
  parent_id String COMMENT 'The served call, for a sampled copy.',
  workload LowCardinality(String) COMMENT 'Workload.',
  tenant LowCardinality(String) COMMENT 'Tenant.',
  client LowCardinality(String) COMMENT 'Client.',
  session_id String COMMENT 'Session.',
  subject String COMMENT 'Keyed hash of the end user.',
  trace_id String COMMENT 'Trace id.',
  event_time DateTime64(3, 'UTC') COMMENT 'Event time of the call.',
  model LowCardinality(String) COMMENT 'Model asked for.',
  served_by LowCardinality(String) COMMENT 'Who answered: production, human, student or a candidate id.',
  role LowCardinality(String) COMMENT 'served, shadow or sampled.',
  request String COMMENT 'Redacted request: messages and tools, JSON.',
  response String COMMENT 'Redacted assistant message, JSON.',
  label String COMMENT 'The choice in the answer: tool name or short label; empty for free text.',
  content_hash String COMMENT 'Digest of the normalised request and answer.',
  request_hash String COMMENT 'Digest of the normalised request alone.',
  quality Float64 COMMENT '0 is noise, 1 is gold.',
  scores Map(String, Float64) COMMENT 'Scores by name.',
  pii_counts Map(String, Int32) COMMENT 'Personal data masked, by type.',
  flags Array(String) COMMENT 'Findings that did not drop it.',
  language LowCardinality(String) COMMENT 'ISO 639-1 code or empty.',
  curator_version String COMMENT 'Version of the rules.',
  source_partition Int32 COMMENT 'Partition of the log record.',
  source_offset Int64 COMMENT 'Offset of the log record.',
  redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.',
  redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.',
  redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, event_time)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Cleaned examples with their lineage.';

ALTER TABLE flywheel.curated MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.reviews
(
  review_id String COMMENT 'Derived id.',
  request_id String COMMENT 'The call or evaluation to judge; the topic\'s key.',
  workload LowCardinality(String) COMMENT 'Workload.',
  reason String COMMENT 'Why a person should look.',
  source LowCardinality(String) COMMENT 'Service that asks.',
  evidence String COMMENT 'JSON evidence, redacted.',
  event_time DateTime64(3, 'UTC') COMMENT 'When it was asked.',
  redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.',
  redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.',
  redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, event_time)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Records that a person should judge.';

ALTER TABLE flywheel.reviews MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.training_ready
(
  workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.',
  dataset_version String COMMENT 'workload@first 12 hex of the content hash.',
  content_hash String COMMENT 'SHA-256 over the files\' hashes.',
  previous_version String COMMENT 'Version before, or empty.',
  files Array(Tuple(split String, path String, sha_256 String, records Int64, size_bytes Int64)) COMMENT 'The files.',
  offsets Array(Tuple(partition Int32, offset Int64)) COMMENT 'Offset vector of the curated table that it was built from.',
  counts Map(String, Int64) COMMENT 'Examples by split.',
  labels Map(String, Int64) COMMENT 'Examples by label.',
  filtered Map(String, Int64) COMMENT 'Examples left out, by reason.',
  sources Map(String, Int64) COMMENT 'Examples by who answered.',
  format LowCardinality(String) COMMENT 'openai-chat-jsonl.',
  seed Int64 COMMENT 'Seed of the split.',
  trigger_id String COMMENT 'Trigger that asked for it, or empty.',
  cause LowCardinality(String) COMMENT 'volume, drift, timer or person.',
  window_from DateTime64(3, 'UTC') COMMENT 'Event time of the oldest example.',
  window_to DateTime64(3, 'UTC') COMMENT 'Event time of the newest example.',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was built.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, created_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Dataset versions.';

ALTER TABLE flywheel.training_ready MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.candidates
(
  candidate_id String COMMENT 'Derived id.',
  workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.',
  dataset_version String COMMENT 'Dataset version it learned from.',
  kind LowCardinality(String) COMMENT 'base, in-context, student, cascade or fine-tuned.',
  state LowCardinality(String) COMMENT 'ready or failed.',
  reason String COMMENT 'Why it failed.',
  model LowCardinality(String) COMMENT 'Name to serve it under.',
  artifact_uri String COMMENT 'Path of the artifact in the object store.',
  artifact_hash String COMMENT 'SHA-256 of the artifact.',
  threshold Nullable(Float64) COMMENT 'Cascade: the student answers at or above this confidence.',
  recipe String COMMENT 'Recipe, JSON.',
  metrics Map(String, Float64) COMMENT 'Training metrics by name, out-of-fold.',
  training_cost_usd Float64 COMMENT 'Cost of training.',
  training_seconds Float64 COMMENT 'Time of training.',
  trigger_id String COMMENT 'Trigger that the dataset came from, or empty.',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was made.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, created_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Models to judge.';

ALTER TABLE flywheel.candidates MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.eval_results
(
  evaluation_id String COMMENT 'Derived id.',
  candidate_id String COMMENT 'Candidate.',
  workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.',
  dataset_version String COMMENT 'Version whose test split was used.',
  champion_id String COMMENT 'Champion it was paired with.',
  kind LowCardinality(String) COMMENT 'Candidate\'s kind.',
  model LowCardinality(String) COMMENT 'Candidate\'s model name.',
  artifact_uri String COMMENT 'Artifact path.',
  artifact_hash String COMMENT 'Artifact hash.',
  threshold Nullable(Float64) COMMENT 'Cascade threshold.',
  state LowCardinality(String) COMMENT 'ready or failed.',
  reason String COMMENT 'Why it failed.',
  pairs Int64 COMMENT 'Test pairs.',
  metrics Array(Tuple(name String, slice String, pairs Int64, candidate Float64, champion Float64, difference Float64, low Float64, high Float64, level Float64, method String)) COMMENT 'Scores.',
  worst_slice String COMMENT 'Slice with the lowest score.',
  baselines Map(String, Float64) COMMENT 'Accuracy of the baselines by name.',
  confusion String COMMENT 'Confusion counts, JSON.',
  coverage Float64 COMMENT 'Share of calls the candidate answers itself.',
  cost_per_1000_usd Float64 COMMENT 'Candidate\'s cost per 1,000 calls.',
  champion_cost_per_1000_usd Float64 COMMENT 'Champion\'s cost per 1,000 calls.',
  production_cost_per_1000_usd Float64 COMMENT 'Production model\'s cost per 1,000 calls on the same pairs.',
  latency_p50_ms Nullable(Float64) COMMENT 'Candidate.',
  latency_p95_ms Nullable(Float64) COMMENT 'Candidate.',
  champion_latency_p50_ms Nullable(Float64) COMMENT 'Champion.',
  champion_latency_p95_ms Nullable(Float64) COMMENT 'Champion.',
  trigger_id String COMMENT 'Trigger, or empty.',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was evaluated.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, created_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Scores, paired against the champion.';

ALTER TABLE flywheel.eval_results MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.promotions
(
  workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.',
  revision Int64 COMMENT 'Counts decisions.',
  verdict LowCardinality(String) COMMENT 'promoted, refused, rolled back.',
  reason String COMMENT 'Why.',
  stage LowCardinality(String) COMMENT 'serving.',
  share Float64 COMMENT 'Share of traffic of the champion.',
  champion_candidate_id String COMMENT 'Candidate id, or production.',
  champion_kind LowCardinality(String) COMMENT 'production, student, cascade …',
  champion_model LowCardinality(String) COMMENT 'Model name.',
  champion_artifact_uri String COMMENT 'Artifact path, or empty.',
  champion_artifact_hash String COMMENT 'Artifact hash, or empty.',
  champion_threshold Nullable(Float64) COMMENT 'Cascade threshold.',
  champion_dataset_version String COMMENT 'Dataset version.',
  previous_champion_candidate_id String COMMENT 'Candidate id, or production.',
  previous_champion_kind LowCardinality(String) COMMENT 'production, student, cascade …',
  previous_champion_model LowCardinality(String) COMMENT 'Model name.',
  previous_champion_artifact_uri String COMMENT 'Artifact path, or empty.',
  previous_champion_artifact_hash String COMMENT 'Artifact hash, or empty.',
  previous_champion_threshold Nullable(Float64) COMMENT 'Cascade threshold.',
  previous_champion_dataset_version String COMMENT 'Dataset version.',
  challenger_candidate_id String COMMENT 'Candidate id, or production.',
  challenger_kind LowCardinality(String) COMMENT 'production, student, cascade …',
  challenger_model LowCardinality(String) COMMENT 'Model name.',
  challenger_artifact_uri String COMMENT 'Artifact path, or empty.',
  challenger_artifact_hash String COMMENT 'Artifact hash, or empty.',
  challenger_threshold Nullable(Float64) COMMENT 'Cascade threshold.',
  challenger_dataset_version String COMMENT 'Dataset version.',
  evaluation_id String COMMENT 'Evidence.',
  evidence String COMMENT 'The figures behind the verdict, JSON.',
  actor String COMMENT 'promoter or a person.',
  trigger_id String COMMENT 'Trigger, or empty.',
  decided_at DateTime64(3, 'UTC') COMMENT 'When it was decided.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, revision)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Decisions of the gate.';

ALTER TABLE flywheel.promotions MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.observations
(
  request_id String COMMENT 'Call; the topic\'s key.',
  parent_id String COMMENT 'The served call, for a copy.',
  workload LowCardinality(String) COMMENT 'Workload.',
  model LowCardinality(String) COMMENT 'Model.',
  served_by LowCardinality(String) COMMENT 'Who answered.',
  role LowCardinality(String) COMMENT 'served, shadow or sampled.',
  event_time DateTime64(3, 'UTC') COMMENT 'Event time.',
  features Array(Tuple(name String, profile_version String, bin Int32, value Float64, category String)) COMMENT 'Features.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, event_time)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Features that drift watches.';

ALTER TABLE flywheel.observations MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.findings
(
  finding_id String COMMENT 'Derived id.',
  workload LowCardinality(String) COMMENT 'Workload.',
  feature LowCardinality(String) COMMENT 'Feature.',
  verdict LowCardinality(String) COMMENT 'drifted, stable or could not tell.',
  statistic LowCardinality(String) COMMENT 'Name of the statistic.',
  value Float64 COMMENT 'Its value.',
  threshold Float64 COMMENT 'Its threshold.',
  p_value Nullable(Float64) COMMENT 'Significance.',
  reference_from DateTime64(3, 'UTC') COMMENT 'Reference window.',
  reference_to DateTime64(3, 'UTC') COMMENT 'Reference window.',
  window_from DateTime64(3, 'UTC') COMMENT 'Window.',
  window_to DateTime64(3, 'UTC') COMMENT 'Window.',
  reference_count Int64 COMMENT 'Records.',
  window_count Int64 COMMENT 'Records.',
  evidence String COMMENT 'JSON evidence: counts by bin.',
  query String COMMENT 'SQL that shows it.',
  created_at DateTime64(3, 'UTC') COMMENT 'When it was found.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, feature, created_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Verdicts on drift.';

ALTER TABLE flywheel.findings MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.retrain_triggers
(
  trigger_id String COMMENT 'Derived id.',
  workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.',
  cause LowCardinality(String) COMMENT 'drift, gate failed, volume or person.',
  evidence String COMMENT 'JSON evidence.',
  finding_ids Array(String) COMMENT 'Findings behind it.',
  champion_id String COMMENT 'Champion at the time.',
  urgency String COMMENT 'low, normal or high.',
  window_from DateTime64(3, 'UTC') COMMENT 'Data worth training on, from.',
  window_to DateTime64(3, 'UTC') COMMENT 'To.',
  actor String COMMENT 'Service or person.',
  created_at DateTime64(3, 'UTC') COMMENT 'When.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (workload, created_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Why the wheel turned again.';

ALTER TABLE flywheel.retrain_triggers MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.subjects_forgotten
(
  subject String COMMENT 'Keyed hash of the person; the topic\'s key.',
  actor String COMMENT 'Who asked.',
  requested_at DateTime64(3, 'UTC') COMMENT 'When.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (subject, requested_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'People whose data must go.';

ALTER TABLE flywheel.subjects_forgotten MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

CREATE TABLE IF NOT EXISTS flywheel.dead_letters
(
  service LowCardinality(String) COMMENT 'Service that rejected it.',
  reason LowCardinality(String) COMMENT 'Named reason.',
  message String COMMENT 'Detail, redacted.',
  source_topic LowCardinality(String) COMMENT 'Topic it came from.',
  source_partition Int32 COMMENT 'Partition it came from.',
  source_offset Int64 COMMENT 'Offset it came from.',
  size_bytes Int64 COMMENT 'Size of the record.',
  kafka_topic LowCardinality(String) COMMENT 'Dead-letter topic.',
  kafka_partition Int32 COMMENT 'Partition of the dead letter.',
  kafka_offset Int64 COMMENT 'Offset of the dead letter.',
  arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the dead letter.',
  INDEX by_position (kafka_partition, kafka_offset) TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(arrived_at)
ORDER BY (service, arrived_at)
SETTINGS non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456
COMMENT 'Records that a service rejected; their bodies stay in Kafka.';

ALTER TABLE flywheel.dead_letters MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

