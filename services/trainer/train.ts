import {
  chooseThreshold,
  computeCostUsd,
  defineJob,
  drop,
  emit,
  encodeStudent,
  integer,
  JobFailed,
  ObjectMissing,
  type ObjectStore,
  type Prices,
  pathPart,
  ratio,
  readDatasetLines,
  sha256,
  submitJob,
  type TrainedStudent,
  type TrainingExample,
  Unteachable,
} from '#kit'
import { type DatasetVersion, topics } from '#schemas'
import { answersByLabel } from './answers.ts'
import { candidateOf, cascadeOf, type Result, ready, type Spec } from './candidates.ts'

/** What training needs of the outside. */
export interface World {
  readonly objects: Pick<ObjectStore, 'get' | 'put'>
  readonly prices: Prices
  readonly train: (
    options: {
      readonly examples: readonly TrainingExample[]
      readonly answers: Readonly<Record<string, string>>
      readonly seed: number
      readonly folds: number
    },
    signal: AbortSignal,
    progress: (share: number) => void,
  ) => Promise<{
    readonly trained: TrainedStudent
    readonly cpuMs: number
    readonly wallMs: number
  }>
}

const settings = {
  seed: integer('TRAINER_SEED', 1, 'Another seed, another order of the examples.'),
  folds: integer('TRAINER_FOLDS', 5, 'Folds of the cross-validation.', { min: 2, max: 20 }),
  examplesMin: integer(
    'TRAINER_EXAMPLES_MIN',
    50,
    'Fewer training examples than this are refused before anything is spent.',
    { min: 10 },
  ),
  marginRatio: ratio('PROMOTER_MARGIN', 0.01, "The gate's margin, for the cascade's threshold."),
  assurance: ratio(
    'TRAINER_ASSURANCE',
    0.9,
    "Least chance of passing the gate at the test's size with which the cascade's threshold is chosen.",
  ),
}

const isInTraining = ({ split }: { readonly split: string }): boolean =>
  split === 'train' || split === 'validation'

const readVerified = async (
  objects: Pick<ObjectStore, 'get'>,
  file: { readonly path: string; readonly sha256: string },
): Promise<string> => {
  const bytes = await objects.get(file.path).catch((error: unknown) => {
    throw error instanceof ObjectMissing ? new JobFailed(`missing: ${file.path}`) : error
  })
  if (sha256(bytes) !== file.sha256) throw new JobFailed(`${file.path} does not match its hash`)
  return bytes.toString()
}

const readExamples = async (dataset: DatasetVersion, { objects }: World) => {
  const texts: string[] = []
  for (const file of dataset.files.filter(isInTraining))
    texts.push(await readVerified(objects, file))
  return texts.flatMap((text) => readDatasetLines(text)).filter(({ label }) => label !== '')
}

const resultOf = async (
  { dataset, recipe }: Spec,
  { trained, cpuMs, wallMs }: Awaited<ReturnType<World['train']>>,
  world: World,
): Promise<Result> => {
  const artifact = encodeStudent(trained.model)
  const artifactHash = sha256(artifact)
  const artifactUri = `models/${pathPart(dataset.workload)}/${artifactHash}.student`
  await world.objects.put(artifactUri, artifact)
  const gate = {
    pairs: dataset.counts['test'] ?? 0,
    margin: recipe.marginRatio,
    level: recipe.level,
  }
  const chosen = chooseThreshold(trained.outOfFold, gate, recipe.assurance)
  const { threshold, coverage, lossRate, passProbability } = chosen
  return {
    artifactUri,
    artifactHash,
    threshold,
    metrics: {
      ...trained.metrics,
      coverage,
      lossRate,
      passProbability,
      artifactBytes: artifact.length,
    },
    trainingSeconds: wallMs / 1000,
    trainingCostUsd: computeCostUsd(cpuMs, world.prices),
  }
}

/**
 * `training-ready` → a training job → two candidates of one artifact: the student that answers every call, and the cascade
 * that answers where it is sure and asks the production model otherwise.
 */
export const { submit, work, collect } = defineJob({
  service: 'trainer',
  name: 'student',
  input: topics.trainingReady,
  jobs: topics.trainerJobs,
  outputs: [topics.candidates],
  settings,

  submit: (dataset, { settings: { examplesMin, ...recipe } }) => {
    const examples = (dataset.counts['train'] ?? 0) + (dataset.counts['validation'] ?? 0)
    if (examples < examplesMin) return drop('too few examples')
    if (Object.keys(dataset.labels).filter((label) => label !== '').length < 2)
      return drop('no choice to learn')
    return submitJob<Spec>(dataset.workload, {
      dataset,
      recipe: { backend: 'student', level: 0.95, ...recipe },
    })
  },

  work: async (spec: Spec, world: World, { signal, progress }): Promise<Result> => {
    const lines = await readExamples(spec.dataset, world)
    const { seed, folds } = spec.recipe
    const options = { examples: lines, answers: answersByLabel(lines), seed, folds }
    try {
      return await resultOf(spec, await world.train(options, signal, progress), world)
    } catch (error) {
      if (error instanceof Unteachable) throw new JobFailed(error.message)
      throw error
    }
  },

  collect: (finished, { nowMs }) => {
    const { spec } = finished
    const student = candidateOf(spec, 'student', nowMs)
    if (finished.state === 'failed')
      return emit(topics.candidates, { ...student, reason: finished.reason })
    return emit(
      topics.candidates,
      ready(student, finished.result),
      cascadeOf(spec, finished.result, nowMs),
    )
  },
})
