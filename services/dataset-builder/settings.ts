import { integer, list, ratio } from '#kit'

/** Settings of the dataset builder. */
export const settings = {
  intervalMs: integer('BUILD_INTERVAL_MS', 60_000, 'How often to look whether a version is due.', {
    min: 100,
  }),
  examplesMin: integer(
    'BUILD_EXAMPLES_MIN',
    200,
    'Fresh eligible examples of a workload that make a new version worth building.',
    { min: 1 },
  ),
  examplesMax: integer(
    'BUILD_EXAMPLES_MAX',
    20_000,
    'Newest curated rows that a version is built from; so many fresh ones are built at once.',
    { min: 1, max: 200_000 },
  ),
  quietMs: integer(
    'BUILD_QUIET_MS',
    30_000,
    'A workload must have been quiet for so long, so that a version is not cut through a burst.',
  ),
  waitMaxMs: integer(
    'BUILD_WAIT_MAX_MS',
    600_000,
    'After so long a version is built though the workload was never quiet.',
  ),
  triggerExamplesMin: integer(
    'TRIGGER_EXAMPLES_MIN',
    200,
    'Fresh eligible examples within its window that a retrain trigger waits for.',
    { min: 1 },
  ),
  testShare: ratio('TEST_SHARE', 0.4, 'Share of the examples that is held back for the gate.'),
  validationShare: ratio('VALIDATION_SHARE', 0.1, 'Share of the rest that validates training.'),
  seed: integer('SPLIT_SEED', 1, 'Another seed, another split.'),
  likenessMin: ratio(
    'NEAR_DUPLICATE_LIKENESS',
    0.8,
    'Requests whose 24-character shingles overlap by so much (Jaccard) stay in one split.',
  ),
  excludedFlags: list(
    'EXCLUDED_FLAGS',
    ['rail:prompt-injection', 'truncated'],
    'Examples with one of these flags never train; a flag also matches with `:detail` behind it.',
  ),
}
