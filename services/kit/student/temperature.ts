import { softmaxInPlace } from './softmax.ts'

/** Mean log loss of raw scores, each row divided by the temperature, against the index of the right label. */
export const meanLoss = (
  scores: readonly Float64Array[],
  targets: Int32Array,
  temperature: number,
): number => {
  let loss = 0
  for (const [index, raw] of scores.entries()) {
    const probabilities = Float64Array.from(raw)
    softmaxInPlace(probabilities, temperature)
    loss -= Math.log(Math.max(probabilities[targets[index] ?? 0] ?? 0, 1e-12))
  }
  return loss / scores.length
}

const golden = (Math.sqrt(5) - 1) / 2

/**
 * The temperature from .05 to 20 with the least loss, by golden-section search over its logarithm (Guo et al., ICML 2017).
 * Scores must come from models that have not seen their texts.
 */
export const fitTemperature = (scores: readonly Float64Array[], targets: Int32Array): number => {
  const lossAt = (logarithm: number): number => meanLoss(scores, targets, Math.exp(logarithm))
  let [low, high] = [Math.log(0.05), Math.log(20)]
  for (let round = 0; round < 25; round++) {
    const left = high - golden * (high - low)
    const right = low + golden * (high - low)
    if (lossAt(left) < lossAt(right)) high = right
    else low = left
  }
  return Math.exp((low + high) / 2)
}
