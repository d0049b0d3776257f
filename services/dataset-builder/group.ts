import type { Pair } from './likeness.ts'

/** What grouping needs of an example. */
export interface Groupable {
  readonly requestHash: string
  readonly sessionId: string
  readonly label: string
}

const disjointSets = (size: number) => {
  const parents = Array.from({ length: size }, (_, index) => index)
  const rootOf = (index: number): number => {
    let root = index
    while (parents[root] !== root) {
      const parent = parents[root] ?? root
      parents[root] = parents[parent] ?? parent
      root = parent
    }
    return root
  }
  const join = (left: number, right: number): void => {
    parents[rootOf(left)] = rootOf(right)
  }
  return { rootOf, join }
}

/**
 * Names the group of each example: those of one session, one request or a pair of near-identical texts (indices of
 * examples) belong together, directly or through others. A group is named by its least request hash.
 */
export const groupsOf = (
  examples: readonly Groupable[],
  pairs: readonly Pair[],
): readonly string[] => {
  const sets = disjointSets(examples.length)
  const firsts = new Map<string, number>()
  const joinByKey = (key: string, index: number): void => {
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, index)
    else sets.join(index, first)
  }
  for (const [index, { sessionId, requestHash }] of examples.entries()) {
    joinByKey(`request ${requestHash}`, index)
    if (sessionId !== '') joinByKey(`session ${sessionId}`, index)
  }
  for (const [left, right] of pairs) sets.join(left, right)
  const names = new Map<number, string>()
  for (const [index, { requestHash }] of examples.entries()) {
    const root = sets.rootOf(index)
    const name = names.get(root)
    if (name === undefined || requestHash < name) names.set(root, requestHash)
  }
  return examples.map((_, index) => names.get(sets.rootOf(index)) ?? '')
}
