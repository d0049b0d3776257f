-- Which rows went because a person is forgotten. It holds no words of theirs: pseudonym, place of the record, and a hash of the call's id,
-- by which what was said of the call is found, also when a replay of Kafka brings it back.

CREATE TABLE IF NOT EXISTS flywheel.forgotten_rows
(
  subject String COMMENT 'Keyed hash of the person.',
  table_name LowCardinality(String) COMMENT 'Table that the row was in.',
  call String COMMENT 'sipHash128 of the call\'s request id, hex; empty where the row was not a call of the person.',
  kafka_partition Int32 COMMENT 'Partition of the record.',
  kafka_offset Int64 COMMENT 'Offset of the record.',
  found_at DateTime64(3, 'UTC') COMMENT 'When it was found last: it goes right after.'
)
ENGINE = ReplacingMergeTree(found_at)
ORDER BY (subject, table_name, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 0, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Rows deleted because a person is forgotten: the receipt, without what they said.';

ALTER TABLE flywheel.inference_logs ADD INDEX IF NOT EXISTS by_subject subject TYPE bloom_filter GRANULARITY 1;

ALTER TABLE flywheel.curated ADD INDEX IF NOT EXISTS by_subject subject TYPE bloom_filter GRANULARITY 1;

ALTER TABLE flywheel.feedback ADD INDEX IF NOT EXISTS by_subject subject TYPE bloom_filter GRANULARITY 1;
