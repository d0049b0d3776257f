export { majorityLabel } from './accuracy.ts'
export { expectedCalibrationError, type Stated } from './calibration.ts'
export { chiSquarePValue } from './distributions.ts'
export {
  mostLossesPassing,
  type NonInferiorityGate,
  probabilityOfPassingAfter,
} from './gate-chance.ts'
export { jensenShannonBits, populationStability } from './histograms.ts'
export {
  countPairs,
  isNotInferior,
  tangoInterval,
} from './paired.ts'
export { type Interval, twoProportionZ, wilsonInterval } from './proportions.ts'
export {
  dealFolds,
  seededRandom,
  shuffleInPlace,
} from './random.ts'
