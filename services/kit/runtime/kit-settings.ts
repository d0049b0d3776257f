import { address, flag, integer, list, oneOf, secret, text } from '../settings.ts'

/** Settings that every service has. */
export const kitSettings = {
  kafkaBrokers: list('KAFKA_BROKERS', ['127.0.0.1:9092'], 'Kafka addresses, host:port.'),
  kafkaMessageBytesMax: integer(
    'KAFKA_MESSAGE_BYTES_MAX',
    1_000_000,
    'Largest record the topics take, in bytes; a larger output goes to dead letters.',
    { min: 10_000 },
  ),
  kafkaDeadLetterBytesMax: integer(
    'KAFKA_DEAD_LETTER_BYTES_MAX',
    17_000_000,
    "Largest dead letter, in bytes, above every input's limit; the body of a larger one goes to the object store.",
    { min: 10_000 },
  ),
  kafkaSessionTimeoutMs: integer(
    'KAFKA_SESSION_TIMEOUT_MS',
    10_000,
    "After how long a silent instance's partitions go to others, in milliseconds; not below the broker's least.",
    { min: 2000, max: 300_000 },
  ),
  registryUrl: address('REGISTRY_URL', 'http://127.0.0.1:8081', 'Schema registry.'),
  clickhouseUrl: address('CLICKHOUSE_URL', 'http://127.0.0.1:8123', 'ClickHouse over HTTP.'),
  clickhouseUser: text('CLICKHOUSE_USER', 'default', 'ClickHouse user.'),
  clickhousePassword: secret('CLICKHOUSE_PASSWORD', '', "ClickHouse user's password."),
  clickhouseDatabase: text('CLICKHOUSE_DATABASE', 'flywheel', 'ClickHouse database.'),
  objectsUri: text(
    'OBJECTS_URI',
    '.flywheel/objects',
    'Object store: a folder, file:///folder or s3://bucket/prefix.',
  ),
  httpHost: text('HTTP_HOST', '127.0.0.1', 'Address of the HTTP server.'),
  httpPort: integer('HTTP_PORT', 0, 'Port of the HTTP server; 0 picks a free one.', {
    max: 65_535,
  }),
  httpBodyBytesMax: integer('HTTP_BODY_BYTES_MAX', 1_000_000, 'Largest request body, in bytes.', {
    min: 1,
  }),
  httpBodiesBytesMax: integer(
    'HTTP_BODIES_BYTES_MAX',
    128_000_000,
    'Most bytes of request bodies held at a time, all callers together; then 429.',
    { min: 1 },
  ),
  httpReceiveTimeoutMs: integer(
    'HTTP_RECEIVE_TIMEOUT_MS',
    30_000,
    'How long a request may take to arrive, in milliseconds; then 408.',
    { min: 1 },
  ),
  httpConnectionsMax: integer(
    'HTTP_CONNECTIONS_MAX',
    5000,
    'Most connections at a time; more are closed at once.',
    { min: 1 },
  ),
  httpRequestsPerSecond: integer(
    'HTTP_REQUESTS_PER_SECOND',
    0,
    'Requests a second of one client (one address where keys are off), for each instance; then 429. 0: no limit.',
  ),
  httpBytesPerSecond: integer(
    'HTTP_BYTES_PER_SECOND',
    0,
    'Bytes a second of one client, counted as requests are. 0: no limit.',
  ),
  apiKeysFile: text(
    'API_KEYS_FILE',
    '',
    'File of API keys, made by `npm run keys`; without it every path is open to whoever reaches it.',
  ),
  apiKeysSecret: secret(
    'API_KEYS_SECRET',
    '',
    'Secret under which keys are hashed, at least 32 bytes; needed where there is a file.',
  ),
  publishWaitingBytesMax: integer(
    'PUBLISH_WAITING_BYTES_MAX',
    64_000_000,
    'Bytes of records that one route may have under way to Kafka; then 429.',
    { min: 1 },
  ),
  publishAcknowledgeMs: integer(
    'PUBLISH_ACKNOWLEDGE_MS',
    5000,
    "How long a route waits for Kafka's acknowledgement, in milliseconds; then 503, and at once until Kafka takes records again.",
    { min: 1 },
  ),
  logLevel: oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error'], 'info', 'Least log level.'),
  batchRecordsMax: integer('BATCH_RECORDS_MAX', 500, 'Most records of a batch.', {
    min: 1,
    max: 1000,
  }),
  bugsMax: integer(
    'BUGS_MAX',
    20,
    'Bugs among the last 100 records of a processor at which it stops.',
    { min: 1, max: 100 },
  ),
  notifyAllowPrivate: flag(
    'NOTIFY_ALLOW_PRIVATE',
    false,
    'Lets webhooks reach addresses that are not public.',
  ),
  proxyQueueRecordsMax: integer(
    'PROXY_QUEUE_RECORDS_MAX',
    10_000,
    'Records of proxied calls that may wait for Kafka in memory; more are dropped and counted.',
    { min: 1 },
  ),
  proxyAcknowledgeMs: integer(
    'PROXY_ACKNOWLEDGE_MS',
    1000,
    'How long a send to Kafka may hold up the ends of proxied answers, in milliseconds; then their records go to disk, or wait in memory where no folder is set. 0: answers never wait.',
  ),
  proxyQueueBytesMax: integer(
    'PROXY_QUEUE_BYTES_MAX',
    64_000_000,
    'Bytes of proxied calls that may wait for Kafka in memory.',
    { min: 1 },
  ),
  proxySpillDir: text(
    'PROXY_SPILL_DIR',
    '.flywheel/spill',
    'Folder where records of proxied calls wait while Kafka takes none; empty: they wait in memory alone.',
  ),
  proxySpillBytesMax: integer(
    'PROXY_SPILL_BYTES_MAX',
    1_000_000_000,
    'Most bytes that one process and proxy keeps in that folder.',
    { min: 1 },
  ),
  proxySpillAgeMaxMs: integer(
    'PROXY_SPILL_AGE_MAX_MS',
    86_400_000,
    'Age at which records in that folder are dropped and counted, in milliseconds.',
    { min: 1 },
  ),
} as const
