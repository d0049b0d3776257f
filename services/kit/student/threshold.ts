import {
  type Interval,
  type NonInferiorityGate,
  probabilityOfPassingAfter,
  type Stated,
  wilsonInterval,
} from '../statistics/index.ts'

/** What a cascade would do at a threshold, by out-of-fold predictions. */
export interface FrontierPoint {
  /** The student answers at or above this confidence. */
  readonly threshold: number
  /** Share of calls that it answers. */
  readonly coverage: number
  /** Wrong answers per call, all calls counted. */
  readonly lossRate: number
  /** Where the loss rate lies, 95%. */
  readonly lossInterval: Interval
  /** Chance of passing the gate at its test size. */
  readonly passProbability: number
}

/** The chosen threshold and what else could have been chosen. */
export interface ChosenThreshold extends FrontierPoint {
  readonly frontier: readonly FrontierPoint[]
}

/** A confidence that no answer has: the student never answers. */
export const neverAnswers = 2

/** Confidences at which a threshold may stand, falling, with what stands at or above each. */
interface Step {
  readonly threshold: number
  readonly answered: number
  readonly losses: number
}

const stepsOf = (predictions: readonly Stated[]): readonly Step[] => {
  const sorted = predictions.toSorted((left, right) => right.confidence - left.confidence)
  const steps: Step[] = []
  let losses = 0
  for (const [index, { confidence, correct }] of sorted.entries()) {
    if (!correct) losses++
    if (sorted[index + 1]?.confidence === confidence) continue
    steps.push({ threshold: confidence, answered: index + 1, losses })
  }
  return steps
}

/** The most losses in the sample that leave the asked chance of passing; −1 where not even none does. */
const lossesAffordable = (sampled: number, gate: NonInferiorityGate, assurance: number): number => {
  let losses = -1
  while (losses + 1 < sampled && probabilityOfPassingAfter(losses + 1, sampled, gate) >= assurance)
    losses++
  return losses
}

const pointOf = (
  { threshold, answered, losses }: Step,
  sampled: number,
  gate: NonInferiorityGate,
): FrontierPoint => ({
  threshold,
  coverage: sampled === 0 ? 0 : answered / sampled,
  lossRate: sampled === 0 ? 0 : losses / sampled,
  lossInterval: wilsonInterval(losses, sampled),
  passProbability: losses < sampled ? probabilityOfPassingAfter(losses, sampled, gate) : 0,
})

const shownPoints = 20

const frontierOf = (
  steps: readonly Step[],
  sampled: number,
  gate: NonInferiorityGate,
): readonly FrontierPoint[] => {
  const shown = new Set<Step>()
  for (let point = 1; point <= shownPoints; point++) {
    const step = steps.findLast(({ answered }) => answered <= (sampled * point) / shownPoints)
    if (step !== undefined) shown.add(step)
  }
  return [...shown].map((step) => pointOf(step, sampled, gate))
}

/**
 * The threshold with the largest coverage that has at least the asked chance of passing the gate. Where none has, the
 * threshold is one that no answer reaches. The student's losses are counted against a production model that never errs,
 * so `predictions` must be out-of-fold ones of records like those of the test. The chance allows for the sample's own
 * uncertainty and for the choice (`probabilityOfPassingAfter`).
 */
export const chooseThreshold = (
  predictions: readonly Stated[],
  gate: NonInferiorityGate,
  assurance = 0.9,
): ChosenThreshold => {
  const sampled = predictions.length
  const steps = stepsOf(predictions)
  const affordable = lossesAffordable(sampled, gate, assurance)
  const best = steps.findLast(({ losses }) => losses <= affordable)
  const step = best ?? { threshold: neverAnswers, answered: 0, losses: 0 }
  return { ...pointOf(step, sampled, gate), frontier: frontierOf(steps, sampled, gate) }
}
