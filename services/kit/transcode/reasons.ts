/** Why a record's bytes are refused; each is a reason of a dead letter. */
export const rejectReasons = [
  'truncated',
  'trailing-bytes',
  'varint-too-long',
  'negative-length',
  'int-out-of-range',
  'time-out-of-range',
  'bad-boolean',
  'bad-enum-symbol',
  'bad-union-branch',
  'block-size-mismatch',
  'too-many-items',
  'nested-too-deep',
  'invalid-utf8',
] as const

/** Why a record's bytes are refused. */
export type RejectReason = (typeof rejectReasons)[number]

/** A table and a writer's schema that do not go together: no record of that schema can become a row. */
export class PlanError extends Error {
  override readonly name = 'PlanError'
}
