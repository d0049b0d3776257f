export { BadArtifact, decodeStudent, encodeStudent } from './artifact.ts'
export { nearestNeighbour } from './baselines.ts'
export { type TrainingExample, Unteachable } from './corpus.ts'
export { type Prediction as StudentPrediction, predict, type StudentModel } from './model.ts'
export {
  type ChosenThreshold,
  chooseThreshold,
  neverAnswers,
} from './threshold.ts'
export { type TrainedStudent, trainStudent } from './train.ts'
export { trainInWorker } from './train-in-worker.ts'
