import { z } from 'zod'
import { address, flag, integer, oneOf, ratio, secret, text } from '#kit'

const subjectKeyFault = 'is shorter than 16 bytes'

/** Settings of the `chat` route. */
export const chatSettings = {
  productionModel: text(
    'PRODUCTION_MODEL',
    'gpt-4o',
    'Model that upstream is asked for where the caller names none, or `flywheel`.',
  ),
  upstreamTimeoutMs: integer(
    'GATEWAY_UPSTREAM_TIMEOUT_MS',
    120_000,
    'Longest wait for a whole answer of upstream, in milliseconds; then 504.',
    { min: 1 },
  ),
  sampledShare: ratio(
    'GATEWAY_SAMPLED_SHARE',
    0.1,
    'Share of the calls that a student answered that are also sent upstream, after the caller has his answer.',
  ),
  sampledConcurrencyMax: integer(
    'GATEWAY_SAMPLED_CONCURRENCY_MAX',
    4,
    'Most sampled copies under way at a time.',
    { min: 1, max: 1000 },
  ),
  sampledWaitingMax: integer(
    'GATEWAY_SAMPLED_WAITING_MAX',
    100,
    'Most sampled copies that wait; more are dropped and counted.',
    { max: 100_000 },
  ),
  piiRail: oneOf(
    'GATEWAY_PII_RAIL',
    ['off', 'mask-upstream'],
    'off',
    'mask-upstream: personal data is replaced by placeholders in what upstream gets. It is counted in either case.',
  ),
  injectionRail: oneOf(
    'GATEWAY_INJECTION_RAIL',
    ['flag', 'block'],
    'flag',
    'block: a request in which a prompt-injection rule fires is refused with 400. The hits are logged in either case.',
  ),
  contextChunks: integer('GATEWAY_CONTEXT_CHUNKS', 5, 'Chunks of context, where asked for.', {
    min: 1,
    max: 50,
  }),
  subjectKey: {
    ...secret(
      'GATEWAY_SUBJECT_KEY',
      '',
      'Key of the hash that stands for an end user (`x-subject`), at least 16 bytes; without it no subject is logged.',
    ),
    schema: z.string().refine((key) => Buffer.byteLength(key) >= 16, subjectKeyFault),
  },
}

/** Settings of the `traces` route. */
export const tracesSettings = {
  tracesBytesMax: integer(
    'GATEWAY_TRACES_BYTES_MAX',
    8_000_000,
    'Largest body of `POST /v1/traces`, its content encoding undone, in bytes.',
    { min: 1 },
  ),
}

/** Settings of the gateway's world. */
export const worldSettings = {
  upstreamUrl: address(
    'GATEWAY_UPSTREAM_URL',
    'https://api.openai.com',
    'Where the production model answers: `/v1/chat/completions` is appended, or `/chat/completions` where it ends in `/v1`.',
  ),
  upstreamKey: secret(
    'GATEWAY_UPSTREAM_KEY',
    '',
    "Bearer key for upstream; where it is empty, the caller's own `Authorization` is passed on. Needed where `API_KEYS_FILE` is set.",
  ),
  upstreamAllowPrivate: flag(
    'GATEWAY_UPSTREAM_ALLOW_PRIVATE',
    false,
    'Lets upstream be at an address that is not public.',
  ),
  retrieverUrl: address(
    'GATEWAY_RETRIEVER_URL',
    '',
    'Base address of the retriever; without it no context is added.',
  ),
  retrieverTimeoutMs: integer(
    'GATEWAY_RETRIEVER_TIMEOUT_MS',
    2000,
    'Longest wait for context, in milliseconds; then the call goes on without it.',
    { min: 1 },
  ),
  prices: text('PRICES_FILE', 'infra/prices.yaml', 'Price file, for the cost of calls.'),
  studentsMax: integer(
    'GATEWAY_STUDENTS_MAX',
    32,
    'Most students kept in memory; the one used longest ago goes first.',
    { min: 1, max: 10_000 },
  ),
  championRetryMs: integer(
    'GATEWAY_CHAMPION_RETRY_MS',
    30_000,
    'How long a champion that could not be loaded is left alone before the next try, in milliseconds.',
    { min: 1 },
  ),
}
