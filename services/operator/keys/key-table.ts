import type { ApiKey } from '#kit'

const stateOf = ({ disabled, expiresAt }: ApiKey, nowMs: number): string => {
  if (disabled) return 'revoked'
  if (expiresAt === undefined) return 'valid'
  return Date.parse(expiresAt) <= nowMs ? 'expired' : `valid until ${expiresAt}`
}

/** Keys as lines of text, without their hashes. */
export const keyTable = (keys: Iterable<ApiKey>, nowMs: number): string => {
  const rows = [...keys].map((key) => [
    key.id,
    key.client,
    key.scopes.join(','),
    key.createdAt,
    stateOf(key, nowMs),
  ])
  const all = [['id', 'client', 'scopes', 'created', 'state'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
