import type { PairedDifference } from './paired.ts'
import { seededRandom } from './random.ts'

const sortedQuantile = (sorted: Float64Array, probability: number): number => {
  const at = probability * (sorted.length - 1)
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/**
 * The mean of paired differences with a percentile bootstrap interval (Efron 1979): the pairs are drawn again with
 * replacement `resamples` times. The seed decides the result. Throws `RangeError` without a pair.
 */
export const pairedBootstrap = (
  differences: readonly number[],
  options: {
    readonly seed: number
    readonly resamples?: number
    readonly level?: number
  },
): PairedDifference => {
  const { seed, resamples = 2000, level = 0.95 } = options
  const count = differences.length
  if (count === 0) throw new RangeError('Nothing to resample')
  const random = seededRandom(seed)
  const means = new Float64Array(resamples)
  for (let draw = 0; draw < resamples; draw++) {
    let sum = 0
    for (let one = 0; one < count; one++) sum += differences[random.below(count)] ?? 0
    means[draw] = sum / count
  }
  means.sort()
  return {
    difference: differences.reduce((sum, one) => sum + one, 0) / count,
    level,
    low: sortedQuantile(means, (1 - level) / 2),
    high: sortedQuantile(means, (1 + level) / 2),
  }
}
