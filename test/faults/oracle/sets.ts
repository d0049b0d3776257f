/** How often each key comes. */
export const countBy = <T>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

/** A line for every key that comes more than once. */
export const twice = (counts: ReadonlyMap<string, number>, what: string): readonly string[] =>
  [...counts].filter(([, count]) => count > 1).map(([key, count]) => `${what} ${key}: ${count}`)

/** A line for every wanted key that is not there. */
export const absent = (
  wanted: Iterable<string>,
  there: { has(key: string): boolean },
  what: string,
): readonly string[] => [...wanted].filter((key) => !there.has(key)).map((key) => `${what} ${key}`)

/** What is wrong now: what is missing may still come, what is there twice stays so. */
export interface Wrong {
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
}

/** Several as one. */
export const together = (parts: readonly Wrong[]): Wrong => ({
  missing: parts.flatMap(({ missing }) => missing),
  doubled: parts.flatMap(({ doubled }) => doubled),
})
