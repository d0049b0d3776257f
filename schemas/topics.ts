import { type Topic, topic } from './topic.ts'
import type {
  Candidate,
  Command,
  CuratedExample,
  DatasetVersion,
  Document,
  EvalResult,
  Feedback,
  Finding,
  InferenceLog,
  Job,
  Observation,
  Promotion,
  RetrainTrigger,
  Review,
  SubjectForgotten,
} from './types.generated.ts'

const door = { door: true } as const
const compacted = { compacted: true } as const

export const inferenceLogs = topic<InferenceLog>()(
  'inference-logs',
  'inference-log',
  (log) => log.requestId,
  door,
)
export const feedback = topic<Feedback>()('feedback', 'feedback', (note) => note.requestId, door)
export const documents = topic<Document>()(
  'documents',
  'document',
  (document) => document.documentId,
  door,
)
export const curated = topic<CuratedExample>()(
  'curated',
  'curated-example',
  (example) => example.requestId,
)
export const reviews = topic<Review>()('reviews', 'review', (review) => review.requestId, door)
export const trainingReady = topic<DatasetVersion>()(
  'training-ready',
  'dataset-version',
  (version) => version.workload,
)
export const candidates = topic<Candidate>()(
  'candidates',
  'candidate',
  (candidate) => candidate.workload,
)
export const evalResults = topic<EvalResult>()(
  'eval-results',
  'eval-result',
  (result) => result.workload,
)
export const promotions = topic<Promotion>()(
  'promotions',
  'promotion',
  (promotion) => promotion.workload,
  compacted,
)
export const observations = topic<Observation>()(
  'observations',
  'observation',
  (observation) => observation.requestId,
)
export const findings = topic<Finding>()(
  'findings',
  'finding',
  (finding) => `${finding.workload}/${finding.feature}`,
  compacted,
)
export const retrainTriggers = topic<RetrainTrigger>()(
  'retrain-triggers',
  'retrain-trigger',
  (trigger) => trigger.workload,
  door,
)
export const subjectsForgotten = topic<SubjectForgotten>()(
  'subjects-forgotten',
  'subject-forgotten',
  (subject) => subject.subject,
  { door: true, compacted: true },
)
export const trainerJobs = topic<Job>()('jobs.trainer', 'job', (job) => job.jobId, compacted)
export const promoterCommands = topic<Command>()(
  'commands.promoter',
  'command',
  (command) => command.workload,
)

/** Every topic that carries an Avro record of ours. */
export const recordTopics: readonly Topic[] = [
  inferenceLogs,
  feedback,
  documents,
  curated,
  reviews,
  trainingReady,
  candidates,
  evalResults,
  promotions,
  observations,
  findings,
  retrainTriggers,
  subjectsForgotten,
  trainerJobs,
  promoterCommands,
]

/** Services whose rejected records wait in `<service>.dead-letters`. */
export const servicesWithDeadLetters = [
  'gateway',
  'log-sink',
  'curator',
  'dataset-builder',
  'trainer',
  'evaluator',
  'promoter',
  'drift-detector',
  'retriever',
] as const

/** The topic that keeps a service's rejected records as they came. */
export const deadLettersOf = (service: string): string => `${service}.dead-letters`
