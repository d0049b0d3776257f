import {
  type NonInferiorityGate,
  probabilityOfPassingAfter,
  type Stated,
} from '../statistics/index.ts'

/** What a cascade would do at a threshold, by out-of-fold predictions. */
export interface FrontierPoint {
  /** The student answers at or above this confidence. */
  readonly threshold: number
  /** Share of calls that it answers. */
  readonly coverage: number
  /** Wrong answers per call, all calls counted. */
  readonly lossRate: number
  /** Chance of passing the gate at its test size. */
  readonly passProbability: number
}

/** The chosen threshold and what else could have been chosen. */
export interface ChosenThreshold extends FrontierPoint {
  readonly frontier: readonly FrontierPoint[]
}

/** A confidence that no answer has: the student never answers. */
export const neverAnswers = 2

const frontierOf = (
  predictions: readonly Stated[],
  gate: NonInferiorityGate,
  points: number,
): FrontierPoint[] => {
  const sorted = predictions.toSorted((a, b) => b.confidence - a.confidence)
  const trials = sorted.length
  const frontier: FrontierPoint[] = []
  let losses = 0
  let told = 0
  sorted.forEach(({ confidence, correct }, i) => {
    losses += correct ? 0 : 1
    const tied = sorted[i + 1]?.confidence === confidence
    const due = Math.floor(((i + 1) * points) / trials) > told
    if (tied || !due) return
    told = Math.floor(((i + 1) * points) / trials)
    frontier.push({
      threshold: confidence,
      coverage: (i + 1) / trials,
      lossRate: losses / trials,
      passProbability: probabilityOfPassingAfter(losses, trials, gate),
    })
  })
  return frontier
}

/**
 * The threshold with the largest coverage that has at least the asked chance of passing the gate. Where none has, the
 * threshold is one that no answer reaches. The student's losses are counted against a production model that never errs.
 */
export const chooseThreshold = (
  predictions: readonly Stated[],
  gate: NonInferiorityGate,
  assurance = 0.9,
): ChosenThreshold => {
  const frontier = frontierOf(predictions, gate, 200)
  const best = frontier.findLast(({ passProbability }) => passProbability >= assurance)
  const none = {
    threshold: neverAnswers,
    coverage: 0,
    lossRate: 0,
    passProbability: probabilityOfPassingAfter(0, predictions.length, gate),
  }
  const shown = frontier.filter((_, i) => i % 20 === 19)
  return { ...(best ?? none), frontier: shown }
}
