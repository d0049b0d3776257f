/** A probability that a model stated for its answer, and whether the answer was right. */
export interface Stated {
  readonly confidence: number
  readonly correct: boolean
}

/**
 * Expected calibration error: the mean gap between stated confidence and accuracy over bins of equal width, each
 * weighted by its share (Naeini et al. 2015; Guo et al. 2017, equation 3). 0 of nothing.
 */
export const expectedCalibrationError = (stated: readonly Stated[], binCount = 15): number => {
  const gaps = new Float64Array(binCount)
  for (const { confidence, correct } of stated) {
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))
    gaps[bin] = (gaps[bin] ?? 0) + Number(correct) - confidence
  }
  const total = gaps.reduce((sum, gap) => sum + Math.abs(gap), 0)
  return stated.length === 0 ? 0 : total / stated.length
}
