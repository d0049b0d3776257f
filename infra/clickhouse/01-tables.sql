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

ALTER TABLE flywheel.inference_logs
  ADD COLUMN IF NOT EXISTS request_id String COMMENT 'Id of the call, unique per call; the topic\'s key. A second record with the same id is a repeat.' FIRST,
  ADD COLUMN IF NOT EXISTS trace_id String COMMENT 'W3C trace id of the request.' AFTER request_id,
  ADD COLUMN IF NOT EXISTS session_id String COMMENT 'Conversation the call belongs to.' AFTER trace_id,
  ADD COLUMN IF NOT EXISTS agent_id String COMMENT 'Agent that made the call.' AFTER session_id,
  ADD COLUMN IF NOT EXISTS parent_id String COMMENT 'For a shadow or sampled copy: the request id of the served call.' AFTER agent_id,
  ADD COLUMN IF NOT EXISTS tenant LowCardinality(String) COMMENT 'Tenant of the app.' AFTER parent_id,
  ADD COLUMN IF NOT EXISTS client LowCardinality(String) COMMENT 'App or API client that called.' AFTER tenant,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'The kind of task; where empty, curation derives it from the system prompt and tool names.' AFTER client,
  ADD COLUMN IF NOT EXISTS subject String COMMENT 'Keyed hash of the end user.' AFTER workload,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'When the call was made, milliseconds since 1970 UTC.' AFTER subject,
  ADD COLUMN IF NOT EXISTS request String COMMENT 'OpenAI chat completion request, JSON as sent.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS response String COMMENT 'OpenAI chat completion response, JSON as sent; empty when the call failed.' AFTER request,
  ADD COLUMN IF NOT EXISTS model LowCardinality(String) COMMENT 'Model that the caller asked for.' AFTER response,
  ADD COLUMN IF NOT EXISTS served_by LowCardinality(String) COMMENT 'Who answered: production, human, student or a candidate id.' AFTER model,
  ADD COLUMN IF NOT EXISTS role LowCardinality(String) COMMENT 'served, shadow or sampled: whether the answer reached the caller.' AFTER served_by,
  ADD COLUMN IF NOT EXISTS artifact_hash String COMMENT 'SHA-256 of the model artifact that answered; empty for an external model.' AFTER role,
  ADD COLUMN IF NOT EXISTS route_reason LowCardinality(String) COMMENT 'Why the gateway chose this model.' AFTER artifact_hash,
  ADD COLUMN IF NOT EXISTS canary_share Float64 COMMENT 'Share of traffic that the answering model had, 0 to 1.' AFTER route_reason,
  ADD COLUMN IF NOT EXISTS confidence Nullable(Float64) COMMENT 'Probability that the answering model gave its answer, 0 to 1.' AFTER canary_share,
  ADD COLUMN IF NOT EXISTS prompt_tokens Int64 COMMENT 'Tokens of the request.' AFTER confidence,
  ADD COLUMN IF NOT EXISTS completion_tokens Int64 COMMENT 'Tokens of the answer.' AFTER prompt_tokens,
  ADD COLUMN IF NOT EXISTS ttft_ms Nullable(Float64) COMMENT 'Time to the first token, milliseconds.' AFTER completion_tokens,
  ADD COLUMN IF NOT EXISTS latency_ms Nullable(Float64) COMMENT 'Time to the whole answer, milliseconds.' AFTER ttft_ms,
  ADD COLUMN IF NOT EXISTS cost_usd Nullable(Float64) COMMENT 'Price of the call in US dollars.' AFTER latency_ms,
  ADD COLUMN IF NOT EXISTS status Int32 COMMENT 'HTTP status of the call.' AFTER cost_usd,
  ADD COLUMN IF NOT EXISTS finish_reason LowCardinality(String) COMMENT 'OpenAI finish reason.' AFTER status,
  ADD COLUMN IF NOT EXISTS error String COMMENT 'Error message of a failed call.' AFTER finish_reason,
  ADD COLUMN IF NOT EXISTS rail_hits Array(String) COMMENT 'Names of the rails that fired.' AFTER error,
  ADD COLUMN IF NOT EXISTS chunk_ids Array(String) COMMENT 'Ids of the retrieved chunks.' AFTER rail_hits,
  ADD COLUMN IF NOT EXISTS attributes Map(String, String) COMMENT 'Free attributes of the app.' AFTER chunk_ids,
  ADD COLUMN IF NOT EXISTS is_repeat Bool COMMENT 'True when an earlier record has the same request id; views leave it out.' AFTER attributes,
  ADD COLUMN IF NOT EXISTS redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.' AFTER is_repeat,
  ADD COLUMN IF NOT EXISTS redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.' AFTER redaction_version,
  ADD COLUMN IF NOT EXISTS redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.' AFTER redaction_counts,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER redaction_failed,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.feedback
  ADD COLUMN IF NOT EXISTS feedback_id String COMMENT 'Derived id of this feedback.' FIRST,
  ADD COLUMN IF NOT EXISTS request_id String COMMENT 'The call that is judged; the topic\'s key.' AFTER feedback_id,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload of the call.' AFTER request_id,
  ADD COLUMN IF NOT EXISTS kind LowCardinality(String) COMMENT 'thumbs, score, comment, label, correction or preference.' AFTER workload,
  ADD COLUMN IF NOT EXISTS value String COMMENT 'up or down, a label, or the preferred request id.' AFTER kind,
  ADD COLUMN IF NOT EXISTS score Nullable(Float64) COMMENT 'Score, higher is better.' AFTER value,
  ADD COLUMN IF NOT EXISTS comment String COMMENT 'Free text.' AFTER score,
  ADD COLUMN IF NOT EXISTS correction String COMMENT 'The right answer, as an OpenAI assistant message in JSON.' AFTER comment,
  ADD COLUMN IF NOT EXISTS author LowCardinality(String) COMMENT 'person or judge.' AFTER correction,
  ADD COLUMN IF NOT EXISTS actor String COMMENT 'Who gave it: an API client or a reviewer\'s id.' AFTER author,
  ADD COLUMN IF NOT EXISTS subject String COMMENT 'Keyed hash of the end user.' AFTER actor,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'When it was given.' AFTER subject,
  ADD COLUMN IF NOT EXISTS redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.' AFTER redaction_version,
  ADD COLUMN IF NOT EXISTS redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.' AFTER redaction_counts,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER redaction_failed,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.documents
  ADD COLUMN IF NOT EXISTS document_id String COMMENT 'Id of the document; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS collection LowCardinality(String) COMMENT 'Collection that workloads search.' AFTER document_id,
  ADD COLUMN IF NOT EXISTS title String COMMENT 'Title.' AFTER collection,
  ADD COLUMN IF NOT EXISTS media_type LowCardinality(String) COMMENT 'text/plain, text/markdown or text/html.' AFTER title,
  ADD COLUMN IF NOT EXISTS content String COMMENT 'The text.' AFTER media_type,
  ADD COLUMN IF NOT EXISTS uri String COMMENT 'Where it came from.' AFTER content,
  ADD COLUMN IF NOT EXISTS removed Bool COMMENT 'True: forget this document.' AFTER uri,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'When it was published.' AFTER removed,
  ADD COLUMN IF NOT EXISTS attributes Map(String, String) COMMENT 'Free attributes.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.' AFTER attributes,
  ADD COLUMN IF NOT EXISTS redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.' AFTER redaction_version,
  ADD COLUMN IF NOT EXISTS redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.' AFTER redaction_counts,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER redaction_failed,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.curated
  ADD COLUMN IF NOT EXISTS request_id String COMMENT 'The call it comes from; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS parent_id String COMMENT 'The served call, for a sampled copy.' AFTER request_id,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload.' AFTER parent_id,
  ADD COLUMN IF NOT EXISTS tenant LowCardinality(String) COMMENT 'Tenant.' AFTER workload,
  ADD COLUMN IF NOT EXISTS client LowCardinality(String) COMMENT 'Client.' AFTER tenant,
  ADD COLUMN IF NOT EXISTS session_id String COMMENT 'Session.' AFTER client,
  ADD COLUMN IF NOT EXISTS subject String COMMENT 'Keyed hash of the end user.' AFTER session_id,
  ADD COLUMN IF NOT EXISTS trace_id String COMMENT 'Trace id.' AFTER subject,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'Event time of the call.' AFTER trace_id,
  ADD COLUMN IF NOT EXISTS model LowCardinality(String) COMMENT 'Model asked for.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS served_by LowCardinality(String) COMMENT 'Who answered: production, human, student or a candidate id.' AFTER model,
  ADD COLUMN IF NOT EXISTS role LowCardinality(String) COMMENT 'served, shadow or sampled.' AFTER served_by,
  ADD COLUMN IF NOT EXISTS request String COMMENT 'Redacted request: messages and tools, JSON.' AFTER role,
  ADD COLUMN IF NOT EXISTS response String COMMENT 'Redacted assistant message, JSON.' AFTER request,
  ADD COLUMN IF NOT EXISTS label String COMMENT 'The choice in the answer: tool name or short label; empty for free text.' AFTER response,
  ADD COLUMN IF NOT EXISTS content_hash String COMMENT 'Digest of the normalised request and answer.' AFTER label,
  ADD COLUMN IF NOT EXISTS request_hash String COMMENT 'Digest of the normalised request alone.' AFTER content_hash,
  ADD COLUMN IF NOT EXISTS quality Float64 COMMENT '0 is noise, 1 is gold.' AFTER request_hash,
  ADD COLUMN IF NOT EXISTS scores Map(String, Float64) COMMENT 'Scores by name.' AFTER quality,
  ADD COLUMN IF NOT EXISTS pii_counts Map(String, Int32) COMMENT 'Personal data masked, by type.' AFTER scores,
  ADD COLUMN IF NOT EXISTS flags Array(String) COMMENT 'Findings that did not drop it.' AFTER pii_counts,
  ADD COLUMN IF NOT EXISTS language LowCardinality(String) COMMENT 'ISO 639-1 code or empty.' AFTER flags,
  ADD COLUMN IF NOT EXISTS curator_version String COMMENT 'Version of the rules.' AFTER language,
  ADD COLUMN IF NOT EXISTS source_partition Int32 COMMENT 'Partition of the log record.' AFTER curator_version,
  ADD COLUMN IF NOT EXISTS source_offset Int64 COMMENT 'Offset of the log record.' AFTER source_partition,
  ADD COLUMN IF NOT EXISTS redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.' AFTER source_offset,
  ADD COLUMN IF NOT EXISTS redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.' AFTER redaction_version,
  ADD COLUMN IF NOT EXISTS redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.' AFTER redaction_counts,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER redaction_failed,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.reviews
  ADD COLUMN IF NOT EXISTS review_id String COMMENT 'Derived id.' FIRST,
  ADD COLUMN IF NOT EXISTS request_id String COMMENT 'The call or evaluation to judge; the topic\'s key.' AFTER review_id,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload.' AFTER request_id,
  ADD COLUMN IF NOT EXISTS reason String COMMENT 'Why a person should look.' AFTER workload,
  ADD COLUMN IF NOT EXISTS source LowCardinality(String) COMMENT 'Service that asks.' AFTER reason,
  ADD COLUMN IF NOT EXISTS evidence String COMMENT 'JSON evidence, redacted.' AFTER source,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'When it was asked.' AFTER evidence,
  ADD COLUMN IF NOT EXISTS redaction_version LowCardinality(String) COMMENT 'PII engine that redacted it.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS redaction_counts Map(String, Int32) COMMENT 'Personal data masked on the way here, by type.' AFTER redaction_version,
  ADD COLUMN IF NOT EXISTS redaction_failed String COMMENT 'Why a body was stored empty instead of redacted.' AFTER redaction_counts,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER redaction_failed,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.training_ready
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS dataset_version String COMMENT 'workload@first 12 hex of the content hash.' AFTER workload,
  ADD COLUMN IF NOT EXISTS content_hash String COMMENT 'SHA-256 over the files\' hashes.' AFTER dataset_version,
  ADD COLUMN IF NOT EXISTS previous_version String COMMENT 'Version before, or empty.' AFTER content_hash,
  ADD COLUMN IF NOT EXISTS files Array(Tuple(split String, path String, sha_256 String, records Int64, size_bytes Int64)) COMMENT 'The files.' AFTER previous_version,
  ADD COLUMN IF NOT EXISTS offsets Array(Tuple(partition Int32, offset Int64)) COMMENT 'Offset vector of the curated table that it was built from.' AFTER files,
  ADD COLUMN IF NOT EXISTS counts Map(String, Int64) COMMENT 'Examples by split.' AFTER offsets,
  ADD COLUMN IF NOT EXISTS labels Map(String, Int64) COMMENT 'Examples by label.' AFTER counts,
  ADD COLUMN IF NOT EXISTS filtered Map(String, Int64) COMMENT 'Examples left out, by reason.' AFTER labels,
  ADD COLUMN IF NOT EXISTS sources Map(String, Int64) COMMENT 'Examples by who answered.' AFTER filtered,
  ADD COLUMN IF NOT EXISTS format LowCardinality(String) COMMENT 'openai-chat-jsonl.' AFTER sources,
  ADD COLUMN IF NOT EXISTS seed Int64 COMMENT 'Seed of the split.' AFTER format,
  ADD COLUMN IF NOT EXISTS trigger_id String COMMENT 'Trigger that asked for it, or empty.' AFTER seed,
  ADD COLUMN IF NOT EXISTS cause LowCardinality(String) COMMENT 'volume, drift, timer or person.' AFTER trigger_id,
  ADD COLUMN IF NOT EXISTS window_from DateTime64(3, 'UTC') COMMENT 'Event time of the oldest example.' AFTER cause,
  ADD COLUMN IF NOT EXISTS window_to DateTime64(3, 'UTC') COMMENT 'Event time of the newest example.' AFTER window_from,
  ADD COLUMN IF NOT EXISTS created_at DateTime64(3, 'UTC') COMMENT 'When it was built.' AFTER window_to,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER created_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.candidates
  ADD COLUMN IF NOT EXISTS candidate_id String COMMENT 'Derived id.' FIRST,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.' AFTER candidate_id,
  ADD COLUMN IF NOT EXISTS dataset_version String COMMENT 'Dataset version it learned from.' AFTER workload,
  ADD COLUMN IF NOT EXISTS kind LowCardinality(String) COMMENT 'base, in-context, student, cascade or fine-tuned.' AFTER dataset_version,
  ADD COLUMN IF NOT EXISTS state LowCardinality(String) COMMENT 'ready or failed.' AFTER kind,
  ADD COLUMN IF NOT EXISTS reason String COMMENT 'Why it failed.' AFTER state,
  ADD COLUMN IF NOT EXISTS model LowCardinality(String) COMMENT 'Name to serve it under.' AFTER reason,
  ADD COLUMN IF NOT EXISTS artifact_uri String COMMENT 'Path of the artifact in the object store.' AFTER model,
  ADD COLUMN IF NOT EXISTS artifact_hash String COMMENT 'SHA-256 of the artifact.' AFTER artifact_uri,
  ADD COLUMN IF NOT EXISTS threshold Nullable(Float64) COMMENT 'Cascade: the student answers at or above this confidence.' AFTER artifact_hash,
  ADD COLUMN IF NOT EXISTS recipe String COMMENT 'Recipe, JSON.' AFTER threshold,
  ADD COLUMN IF NOT EXISTS metrics Map(String, Float64) COMMENT 'Training metrics by name, out-of-fold.' AFTER recipe,
  ADD COLUMN IF NOT EXISTS training_cost_usd Float64 COMMENT 'Cost of training.' AFTER metrics,
  ADD COLUMN IF NOT EXISTS training_seconds Float64 COMMENT 'Time of training.' AFTER training_cost_usd,
  ADD COLUMN IF NOT EXISTS trigger_id String COMMENT 'Trigger that the dataset came from, or empty.' AFTER training_seconds,
  ADD COLUMN IF NOT EXISTS created_at DateTime64(3, 'UTC') COMMENT 'When it was made.' AFTER trigger_id,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER created_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.eval_results
  ADD COLUMN IF NOT EXISTS evaluation_id String COMMENT 'Derived id.' FIRST,
  ADD COLUMN IF NOT EXISTS candidate_id String COMMENT 'Candidate.' AFTER evaluation_id,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.' AFTER candidate_id,
  ADD COLUMN IF NOT EXISTS dataset_version String COMMENT 'Version whose test split was used.' AFTER workload,
  ADD COLUMN IF NOT EXISTS champion_id String COMMENT 'Champion it was paired with.' AFTER dataset_version,
  ADD COLUMN IF NOT EXISTS kind LowCardinality(String) COMMENT 'Candidate\'s kind.' AFTER champion_id,
  ADD COLUMN IF NOT EXISTS model LowCardinality(String) COMMENT 'Candidate\'s model name.' AFTER kind,
  ADD COLUMN IF NOT EXISTS artifact_uri String COMMENT 'Artifact path.' AFTER model,
  ADD COLUMN IF NOT EXISTS artifact_hash String COMMENT 'Artifact hash.' AFTER artifact_uri,
  ADD COLUMN IF NOT EXISTS threshold Nullable(Float64) COMMENT 'Cascade threshold.' AFTER artifact_hash,
  ADD COLUMN IF NOT EXISTS state LowCardinality(String) COMMENT 'ready or failed.' AFTER threshold,
  ADD COLUMN IF NOT EXISTS reason String COMMENT 'Why it failed.' AFTER state,
  ADD COLUMN IF NOT EXISTS pairs Int64 COMMENT 'Test pairs.' AFTER reason,
  ADD COLUMN IF NOT EXISTS metrics Array(Tuple(name String, slice String, pairs Int64, candidate Float64, champion Float64, difference Float64, low Float64, high Float64, level Float64, method String)) COMMENT 'Scores.' AFTER pairs,
  ADD COLUMN IF NOT EXISTS worst_slice String COMMENT 'Slice with the lowest score.' AFTER metrics,
  ADD COLUMN IF NOT EXISTS baselines Map(String, Float64) COMMENT 'Accuracy of the baselines by name.' AFTER worst_slice,
  ADD COLUMN IF NOT EXISTS confusion String COMMENT 'Confusion counts, JSON.' AFTER baselines,
  ADD COLUMN IF NOT EXISTS coverage Float64 COMMENT 'Share of calls the candidate answers itself.' AFTER confusion,
  ADD COLUMN IF NOT EXISTS cost_per_1000_usd Float64 COMMENT 'Candidate\'s cost per 1,000 calls.' AFTER coverage,
  ADD COLUMN IF NOT EXISTS champion_cost_per_1000_usd Float64 COMMENT 'Champion\'s cost per 1,000 calls.' AFTER cost_per_1000_usd,
  ADD COLUMN IF NOT EXISTS production_cost_per_1000_usd Float64 COMMENT 'Production model\'s cost per 1,000 calls on the same pairs.' AFTER champion_cost_per_1000_usd,
  ADD COLUMN IF NOT EXISTS latency_p50_ms Nullable(Float64) COMMENT 'Candidate.' AFTER production_cost_per_1000_usd,
  ADD COLUMN IF NOT EXISTS latency_p95_ms Nullable(Float64) COMMENT 'Candidate.' AFTER latency_p50_ms,
  ADD COLUMN IF NOT EXISTS champion_latency_p50_ms Nullable(Float64) COMMENT 'Champion.' AFTER latency_p95_ms,
  ADD COLUMN IF NOT EXISTS champion_latency_p95_ms Nullable(Float64) COMMENT 'Champion.' AFTER champion_latency_p50_ms,
  ADD COLUMN IF NOT EXISTS trigger_id String COMMENT 'Trigger, or empty.' AFTER champion_latency_p95_ms,
  ADD COLUMN IF NOT EXISTS created_at DateTime64(3, 'UTC') COMMENT 'When it was evaluated.' AFTER trigger_id,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER created_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.promotions
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS revision Int64 COMMENT 'Counts decisions.' AFTER workload,
  ADD COLUMN IF NOT EXISTS verdict LowCardinality(String) COMMENT 'promoted, refused, rolled back.' AFTER revision,
  ADD COLUMN IF NOT EXISTS reason String COMMENT 'Why.' AFTER verdict,
  ADD COLUMN IF NOT EXISTS stage LowCardinality(String) COMMENT 'serving.' AFTER reason,
  ADD COLUMN IF NOT EXISTS share Float64 COMMENT 'Share of traffic of the champion.' AFTER stage,
  ADD COLUMN IF NOT EXISTS champion_candidate_id String COMMENT 'Candidate id, or production.' AFTER share,
  ADD COLUMN IF NOT EXISTS champion_kind LowCardinality(String) COMMENT 'production, student, cascade …' AFTER champion_candidate_id,
  ADD COLUMN IF NOT EXISTS champion_model LowCardinality(String) COMMENT 'Model name.' AFTER champion_kind,
  ADD COLUMN IF NOT EXISTS champion_artifact_uri String COMMENT 'Artifact path, or empty.' AFTER champion_model,
  ADD COLUMN IF NOT EXISTS champion_artifact_hash String COMMENT 'Artifact hash, or empty.' AFTER champion_artifact_uri,
  ADD COLUMN IF NOT EXISTS champion_threshold Nullable(Float64) COMMENT 'Cascade threshold.' AFTER champion_artifact_hash,
  ADD COLUMN IF NOT EXISTS champion_dataset_version String COMMENT 'Dataset version.' AFTER champion_threshold,
  ADD COLUMN IF NOT EXISTS previous_champion_candidate_id String COMMENT 'Candidate id, or production.' AFTER champion_dataset_version,
  ADD COLUMN IF NOT EXISTS previous_champion_kind LowCardinality(String) COMMENT 'production, student, cascade …' AFTER previous_champion_candidate_id,
  ADD COLUMN IF NOT EXISTS previous_champion_model LowCardinality(String) COMMENT 'Model name.' AFTER previous_champion_kind,
  ADD COLUMN IF NOT EXISTS previous_champion_artifact_uri String COMMENT 'Artifact path, or empty.' AFTER previous_champion_model,
  ADD COLUMN IF NOT EXISTS previous_champion_artifact_hash String COMMENT 'Artifact hash, or empty.' AFTER previous_champion_artifact_uri,
  ADD COLUMN IF NOT EXISTS previous_champion_threshold Nullable(Float64) COMMENT 'Cascade threshold.' AFTER previous_champion_artifact_hash,
  ADD COLUMN IF NOT EXISTS previous_champion_dataset_version String COMMENT 'Dataset version.' AFTER previous_champion_threshold,
  ADD COLUMN IF NOT EXISTS challenger_candidate_id String COMMENT 'Candidate id, or production.' AFTER previous_champion_dataset_version,
  ADD COLUMN IF NOT EXISTS challenger_kind LowCardinality(String) COMMENT 'production, student, cascade …' AFTER challenger_candidate_id,
  ADD COLUMN IF NOT EXISTS challenger_model LowCardinality(String) COMMENT 'Model name.' AFTER challenger_kind,
  ADD COLUMN IF NOT EXISTS challenger_artifact_uri String COMMENT 'Artifact path, or empty.' AFTER challenger_model,
  ADD COLUMN IF NOT EXISTS challenger_artifact_hash String COMMENT 'Artifact hash, or empty.' AFTER challenger_artifact_uri,
  ADD COLUMN IF NOT EXISTS challenger_threshold Nullable(Float64) COMMENT 'Cascade threshold.' AFTER challenger_artifact_hash,
  ADD COLUMN IF NOT EXISTS challenger_dataset_version String COMMENT 'Dataset version.' AFTER challenger_threshold,
  ADD COLUMN IF NOT EXISTS evaluation_id String COMMENT 'Evidence.' AFTER challenger_dataset_version,
  ADD COLUMN IF NOT EXISTS evidence String COMMENT 'The figures behind the verdict, JSON.' AFTER evaluation_id,
  ADD COLUMN IF NOT EXISTS actor String COMMENT 'promoter or a person.' AFTER evidence,
  ADD COLUMN IF NOT EXISTS trigger_id String COMMENT 'Trigger, or empty.' AFTER actor,
  ADD COLUMN IF NOT EXISTS decided_at DateTime64(3, 'UTC') COMMENT 'When it was decided.' AFTER trigger_id,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER decided_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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
  is_repeat Bool COMMENT 'True when an earlier record has the same request id; views leave it out.',
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

ALTER TABLE flywheel.observations
  ADD COLUMN IF NOT EXISTS request_id String COMMENT 'Call; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS parent_id String COMMENT 'The served call, for a copy.' AFTER request_id,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload.' AFTER parent_id,
  ADD COLUMN IF NOT EXISTS model LowCardinality(String) COMMENT 'Model.' AFTER workload,
  ADD COLUMN IF NOT EXISTS served_by LowCardinality(String) COMMENT 'Who answered.' AFTER model,
  ADD COLUMN IF NOT EXISTS role LowCardinality(String) COMMENT 'served, shadow or sampled.' AFTER served_by,
  ADD COLUMN IF NOT EXISTS event_time DateTime64(3, 'UTC') COMMENT 'Event time.' AFTER role,
  ADD COLUMN IF NOT EXISTS features Array(Tuple(name String, profile_version String, bin Int32, value Float64, category String)) COMMENT 'Features.' AFTER event_time,
  ADD COLUMN IF NOT EXISTS is_repeat Bool COMMENT 'True when an earlier record has the same request id; views leave it out.' AFTER features,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER is_repeat,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.findings
  ADD COLUMN IF NOT EXISTS finding_id String COMMENT 'Derived id.' FIRST,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload.' AFTER finding_id,
  ADD COLUMN IF NOT EXISTS feature LowCardinality(String) COMMENT 'Feature.' AFTER workload,
  ADD COLUMN IF NOT EXISTS verdict LowCardinality(String) COMMENT 'drifted, stable or could not tell.' AFTER feature,
  ADD COLUMN IF NOT EXISTS statistic LowCardinality(String) COMMENT 'Name of the statistic.' AFTER verdict,
  ADD COLUMN IF NOT EXISTS value Float64 COMMENT 'Its value.' AFTER statistic,
  ADD COLUMN IF NOT EXISTS threshold Float64 COMMENT 'Its threshold.' AFTER value,
  ADD COLUMN IF NOT EXISTS p_value Nullable(Float64) COMMENT 'Significance.' AFTER threshold,
  ADD COLUMN IF NOT EXISTS reference_from DateTime64(3, 'UTC') COMMENT 'Reference window.' AFTER p_value,
  ADD COLUMN IF NOT EXISTS reference_to DateTime64(3, 'UTC') COMMENT 'Reference window.' AFTER reference_from,
  ADD COLUMN IF NOT EXISTS window_from DateTime64(3, 'UTC') COMMENT 'Window.' AFTER reference_to,
  ADD COLUMN IF NOT EXISTS window_to DateTime64(3, 'UTC') COMMENT 'Window.' AFTER window_from,
  ADD COLUMN IF NOT EXISTS reference_count Int64 COMMENT 'Records.' AFTER window_to,
  ADD COLUMN IF NOT EXISTS window_count Int64 COMMENT 'Records.' AFTER reference_count,
  ADD COLUMN IF NOT EXISTS evidence String COMMENT 'JSON evidence: counts by bin.' AFTER window_count,
  ADD COLUMN IF NOT EXISTS query String COMMENT 'SQL that shows it.' AFTER evidence,
  ADD COLUMN IF NOT EXISTS created_at DateTime64(3, 'UTC') COMMENT 'When it was found.' AFTER query,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER created_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.retrain_triggers
  ADD COLUMN IF NOT EXISTS trigger_id String COMMENT 'Derived id.' FIRST,
  ADD COLUMN IF NOT EXISTS workload LowCardinality(String) COMMENT 'Workload; the topic\'s key.' AFTER trigger_id,
  ADD COLUMN IF NOT EXISTS cause LowCardinality(String) COMMENT 'drift, gate failed, volume or person.' AFTER workload,
  ADD COLUMN IF NOT EXISTS evidence String COMMENT 'JSON evidence.' AFTER cause,
  ADD COLUMN IF NOT EXISTS finding_ids Array(String) COMMENT 'Findings behind it.' AFTER evidence,
  ADD COLUMN IF NOT EXISTS champion_id String COMMENT 'Champion at the time.' AFTER finding_ids,
  ADD COLUMN IF NOT EXISTS urgency String COMMENT 'low, normal or high.' AFTER champion_id,
  ADD COLUMN IF NOT EXISTS window_from DateTime64(3, 'UTC') COMMENT 'Data worth training on, from.' AFTER urgency,
  ADD COLUMN IF NOT EXISTS window_to DateTime64(3, 'UTC') COMMENT 'To.' AFTER window_from,
  ADD COLUMN IF NOT EXISTS actor String COMMENT 'Service or person.' AFTER window_to,
  ADD COLUMN IF NOT EXISTS created_at DateTime64(3, 'UTC') COMMENT 'When.' AFTER actor,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER created_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.subjects_forgotten
  ADD COLUMN IF NOT EXISTS subject String COMMENT 'Keyed hash of the person; the topic\'s key.' FIRST,
  ADD COLUMN IF NOT EXISTS actor String COMMENT 'Who asked.' AFTER subject,
  ADD COLUMN IF NOT EXISTS requested_at DateTime64(3, 'UTC') COMMENT 'When.' AFTER actor,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the record.' AFTER requested_at,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the record: a row for each, never two.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the record.' AFTER kafka_offset;

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

ALTER TABLE flywheel.dead_letters
  ADD COLUMN IF NOT EXISTS service LowCardinality(String) COMMENT 'Service that rejected it.' FIRST,
  ADD COLUMN IF NOT EXISTS reason LowCardinality(String) COMMENT 'Named reason.' AFTER service,
  ADD COLUMN IF NOT EXISTS message String COMMENT 'Detail, redacted.' AFTER reason,
  ADD COLUMN IF NOT EXISTS source_topic LowCardinality(String) COMMENT 'Topic it came from.' AFTER message,
  ADD COLUMN IF NOT EXISTS source_partition Int32 COMMENT 'Partition it came from.' AFTER source_topic,
  ADD COLUMN IF NOT EXISTS source_offset Int64 COMMENT 'Offset it came from.' AFTER source_partition,
  ADD COLUMN IF NOT EXISTS size_bytes Int64 COMMENT 'Size of the record.' AFTER source_offset,
  ADD COLUMN IF NOT EXISTS kafka_topic LowCardinality(String) COMMENT 'Dead-letter topic.' AFTER size_bytes,
  ADD COLUMN IF NOT EXISTS kafka_partition Int32 COMMENT 'Partition of the dead letter.' AFTER kafka_topic,
  ADD COLUMN IF NOT EXISTS kafka_offset Int64 COMMENT 'Offset of the dead letter.' AFTER kafka_partition,
  ADD COLUMN IF NOT EXISTS arrived_at DateTime64(3, 'UTC') COMMENT 'When Kafka took the dead letter.' AFTER kafka_offset;

ALTER TABLE flywheel.dead_letters MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 604800, fsync_after_insert = 1, fsync_part_directory = 1, parts_to_delay_insert = 1000, parts_to_throw_insert = 3000, min_free_disk_bytes_to_perform_insert = 268435456;

