-- How long logs are kept, and how prompts are searched. Bodies go before figures. To keep them longer, change the days here and
-- apply the DDL again; what is stored already follows with: ALTER TABLE flywheel.inference_logs MATERIALIZE TTL.

ALTER TABLE flywheel.inference_logs
  MODIFY COLUMN request String TTL toDateTime(arrived_at) + INTERVAL 90 DAY
  SETTINGS materialize_ttl_after_modify = 0;

ALTER TABLE flywheel.inference_logs
  MODIFY COLUMN response String TTL toDateTime(arrived_at) + INTERVAL 90 DAY
  SETTINGS materialize_ttl_after_modify = 0;

ALTER TABLE flywheel.inference_logs
  MODIFY TTL toDateTime(arrived_at) + INTERVAL 400 DAY
  SETTINGS materialize_ttl_after_modify = 0;

ALTER TABLE flywheel.inference_logs
  ADD INDEX IF NOT EXISTS prompt_words request
  TYPE text(tokenizer = splitByNonAlpha, preprocessor = lower(request));

ALTER TABLE flywheel.dead_letters
  MODIFY TTL toDateTime(arrived_at) + INTERVAL 400 DAY
  SETTINGS materialize_ttl_after_modify = 0;
