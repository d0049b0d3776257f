const sharesOf = (counts: readonly number[], floor: number): readonly number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => Math.max(total === 0 ? 0 : count / total, floor))
}

const sameBins = (left: readonly number[], right: readonly number[]): void => {
  if (left.length !== right.length)
    throw new RangeError(`Different bins: ${left.length} and ${right.length}`)
}

/**
 * Population stability index of two histograms over the same bins: Σ (actual − expected) · ln(actual / expected) of
 * the shares. By custom below .1 stable, above .25 shifted (Siddiqi 2006). An empty bin counts as the share `floor`.
 */
export const populationStability = (
  expected: readonly number[],
  actual: readonly number[],
  floor = 1e-4,
): number => {
  sameBins(expected, actual)
  const [before, after] = [sharesOf(expected, floor), sharesOf(actual, floor)]
  return before.reduce((sum, share, bin) => {
    const now = after[bin] ?? floor
    return sum + (now - share) * Math.log(now / share)
  }, 0)
}

/** Jensen–Shannon divergence of two histograms in bits: 0 for equal shares, 1 for disjoint ones (Lin 1991). */
export const jensenShannonBits = (left: readonly number[], right: readonly number[]): number => {
  sameBins(left, right)
  const [first, second] = [sharesOf(left, 0), sharesOf(right, 0)]
  const part = (share: number, middle: number): number =>
    share === 0 ? 0 : share * Math.log2(share / middle)
  return first.reduce((sum, share, bin) => {
    const other = second[bin] ?? 0
    const middle = (share + other) / 2
    return sum + (part(share, middle) + part(other, middle)) / 2
  }, 0)
}
