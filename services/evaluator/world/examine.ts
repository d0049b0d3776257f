import { performance } from 'node:perf_hooks'
import { cpuUsage } from 'node:process'
import { setImmediate as breathe } from 'node:timers/promises'
import {
  computeCostUsd,
  costUsd,
  countTokens,
  type DatasetLine,
  decodeStudent,
  majorityLabel,
  nearestNeighbour,
  ObjectMissing,
  type ObjectStore,
  type Prices,
  pathPart,
  predict,
  readDatasetLines,
  type StudentModel,
  sha256,
} from '#kit'
import { type Candidate, type ModelReference, productionReference } from '#schemas'
import type { Answers, Facts, TestExample } from '../evaluate.ts'

/** What examining needs of the outside. */
export interface Sources {
  readonly objects: Pick<ObjectStore, 'get'>
  readonly prices: Prices
  readonly productionModel: string
  readonly championOf: (workload: string) => Promise<ModelReference | undefined>
  /** Latency of the production model in the logs of a workload. */
  readonly productionLatency: (workload: string) => Promise<Answers['latency']>
}

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null

const latencyOf = (timesMs: readonly number[]): Answers['latency'] => {
  const sorted = timesMs.toSorted((a, b) => a - b)
  return { p50Ms: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95) }
}

const loadStudent = async (
  { artifactUri, artifactHash }: Pick<ModelReference, 'artifactUri' | 'artifactHash'>,
  { objects }: Sources,
): Promise<StudentModel> => {
  const bytes = await objects.get(artifactUri)
  if (sha256(bytes) !== artifactHash) throw new Unusable('the artifact does not match its hash')
  return decodeStudent(bytes)
}

/** The candidate or its data can't be examined, for a reason that lasts. */
class Unusable extends Error {
  override readonly name = 'Unusable'
}

/** The student answers every example; below the threshold a cascade takes the recorded production answer. */
const askStudent = async (
  reference: Pick<ModelReference, 'artifactUri' | 'artifactHash' | 'threshold'>,
  lines: readonly DatasetLine[],
  sources: Sources,
): Promise<Answers> => {
  const model = await loadStudent(reference, sources)
  const timesMs: number[] = []
  const answers: Answers['answers'][number][] = []
  const before = cpuUsage()
  for (const [i, { text, label }] of lines.entries()) {
    const startMs = performance.now()
    const { label: own, confidence } = predict(model, text)
    timesMs.push(performance.now() - startMs)
    const asked = reference.threshold !== null && confidence < reference.threshold
    answers.push({ label: asked ? label : own, asked })
    if (i % 200 === 199) await breathe()
  }
  const { user, system } = cpuUsage(before)
  return {
    answers,
    latency: latencyOf(timesMs),
    computeCostUsd: computeCostUsd((user + system) / 1000, sources.prices),
  }
}

const askProduction = async (
  workload: string,
  lines: readonly DatasetLine[],
  sources: Sources,
): Promise<Answers> => ({
  answers: lines.map(({ label }) => ({ label, asked: true })),
  latency: await sources.productionLatency(workload),
  computeCostUsd: 0,
})

const ask = (
  reference: ModelReference,
  workload: string,
  lines: readonly DatasetLine[],
  sources: Sources,
): Promise<Answers> =>
  reference.kind === 'production'
    ? askProduction(workload, lines, sources)
    : askStudent(reference, lines, sources)

const priced = (
  lines: readonly DatasetLine[],
  { prices, productionModel }: Sources,
): TestExample[] =>
  lines.map(({ label, source, prompt, answer }) => {
    const cost = costUsd(productionModel, countTokens(prompt), countTokens(answer), prices)
    if (cost === null) throw new Unusable(`the price file has no price for ${productionModel}`)
    return { label, source, productionCostUsd: cost }
  })

/** Both baselines learn from the same training data and answer the same test. */
const baselinesOf = async (
  train: readonly DatasetLine[],
  test: readonly DatasetLine[],
): Promise<Readonly<Record<string, number>>> => {
  const majority = majorityLabel(train.map(({ label }) => label))
  const nearest = nearestNeighbour(train)
  let near = 0
  for (const [i, { text, label }] of test.entries()) {
    near += nearest(text) === label ? 1 : 0
    if (i % 50 === 49) await breathe()
  }
  const common = test.filter(({ label }) => label === majority).length
  const total = Math.max(1, test.length)
  return { majority: common / total, 'nearest neighbour': near / total }
}

const readSplit = async (
  { workload, datasetVersion }: Candidate,
  split: string,
  { objects }: Sources,
): Promise<readonly DatasetLine[]> => {
  const folder = `datasets/${pathPart(workload)}/${datasetVersion.split('@').at(-1)}`
  const lines = readDatasetLines((await objects.get(`${folder}/${split}.jsonl`)).toString())
  return lines.filter(({ label }) => label !== '')
}

const examineReady = async (
  candidate: Candidate,
  champion: ModelReference,
  sources: Sources,
): Promise<Facts> => {
  const test = await readSplit(candidate, 'test', sources)
  const train = await readSplit(candidate, 'train', sources)
  const { workload } = candidate
  return {
    kind: 'answered',
    championId: champion.candidateId,
    examples: priced(test, sources),
    candidate: await askStudent(candidate, test, sources),
    champion: await ask(champion, workload, test, sources),
    baselines: await baselinesOf(train, test),
  }
}

const lasting = (error: unknown): string | undefined => {
  if (error instanceof Unusable) return error.message
  if (error instanceof ObjectMissing) return `missing: ${error.message}`
  return error instanceof Error && error.name === 'BadArtifact' ? error.message : undefined
}

/** Loads, asks and measures. What can't ever work is a finding; a neighbour that is down is `Transient` and asked again. */
export const examine = async (candidate: Candidate, sources: Sources): Promise<Facts> => {
  const champion = (await sources.championOf(candidate.workload)) ?? productionReference
  try {
    return await examineReady(candidate, champion, sources)
  } catch (error) {
    const reason = lasting(error)
    if (reason === undefined) throw error
    return { kind: 'failed', championId: champion.candidateId, reason }
  }
}
