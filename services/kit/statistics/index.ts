export { accuracyOf, countLabels, majorityLabel } from './accuracy.ts'
export { pairedBootstrap } from './bootstrap.ts'
export { expectedCalibrationError, type Stated } from './calibration.ts'
export {
  betaBinomialCdf,
  betaQuantile,
  binomialCdf,
  binomialPmf,
  chiSquarePValue,
  criticalValue,
  logBinomialPmf,
  normalCdf,
  normalQuantile,
} from './distributions.ts'
export {
  mostLossesPassing,
  type NonInferiorityGate,
  probabilityOfPassing,
  probabilityOfPassingAfter,
} from './gate-chance.ts'
export { jensenShannonBits, populationStability } from './histograms.ts'
export {
  countPairs,
  isNotInferior,
  mcnemarExact,
  type PairCounts,
  type PairedDifference,
  tangoInterval,
} from './paired.ts'
export { type Interval, type Share, twoProportionZ, wilsonInterval } from './proportions.ts'
export {
  dealFolds,
  type Random,
  seededRandom,
  shuffled,
  shuffleInPlace,
  splitByGroup,
} from './random.ts'
