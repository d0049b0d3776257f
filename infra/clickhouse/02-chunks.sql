-- Chunks of documents, for retrieval: written by services/retriever, one row a chunk and version. A chunk that is written twice is
-- one: the highest version counts, so that no window is needed.

CREATE DATABASE IF NOT EXISTS flywheel;

CREATE TABLE IF NOT EXISTS flywheel.chunks
(
  collection LowCardinality(String) COMMENT 'Collection that workloads search.',
  document_id String COMMENT 'Document that the chunk is of.',
  chunk_index UInt32 COMMENT 'Place in the document, from 0.',
  version UInt64 COMMENT 'Offset of the document''s record; the highest version of a chunk counts.',
  chunk_id String COMMENT 'Derived id of the chunk in this version.',
  title String COMMENT 'Title of the document, redacted.',
  heading String COMMENT 'Headings that the chunk stands under, outermost first.',
  text String COMMENT 'The chunk, redacted.',
  terms String COMMENT 'Words of title, headings and text as they are searched: lower case, with one space between them.',
  term_count UInt32 COMMENT 'Number of words in terms: the length of the chunk in BM25.',
  uri String COMMENT 'Where the document came from.',
  event_time DateTime64(3, 'UTC') COMMENT 'When the document was published.',
  removed UInt8 COMMENT '1 where there is no such chunk any more.',
  INDEX by_term terms TYPE text(tokenizer = splitByNonAlpha),
  INDEX by_document document_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, removed)
ORDER BY (collection, document_id, chunk_index)
SETTINGS non_replicated_deduplication_window = 0
COMMENT 'Chunks of documents, for retrieval.';
