// Generated from schemas/*.avsc by schemas/generate.ts: npm run generate

/** A model to judge. */
export interface Candidate {
  /** Derived id. */
  readonly candidateId: string
  /** Workload; the topic's key. */
  readonly workload: string
  /** Dataset version it learned from. */
  readonly datasetVersion: string
  /** base, in-context, student, cascade or fine-tuned. */
  readonly kind: string
  /** ready or failed. */
  readonly state: string
  /** Why it failed. */
  readonly reason: string
  /** Name to serve it under. */
  readonly model: string
  /** Path of the artifact in the object store. */
  readonly artifactUri: string
  /** SHA-256 of the artifact. */
  readonly artifactHash: string
  /** Cascade: the student answers at or above this confidence. */
  readonly threshold: null | number
  /** Recipe, JSON. */
  readonly recipe: string
  /** Training metrics by name, out-of-fold. */
  readonly metrics: Readonly<Record<string, number>>
  /** Cost of training. */
  readonly trainingCostUsd: number
  /** Time of training. */
  readonly trainingSeconds: number
  /** Trigger that the dataset came from, or empty. */
  readonly triggerId: string
  /** When it was made. */
  readonly createdAtMs: number
}

/** What a route or a timer asks of a stateful processor. */
export interface Command {
  /** Derived id. */
  readonly commandId: string
  /** Workload; the topic's key. */
  readonly workload: string
  /** approve, roll back, tick … */
  readonly kind: string
  /** JSON. */
  readonly payload: string
  /** Who asks. */
  readonly actor: string
  /** When. */
  readonly requestedAtMs: number
}

/** A cleaned, redacted and scored example with its lineage. */
export interface CuratedExample {
  /** The call it comes from; the topic's key. */
  readonly requestId: string
  /** The served call, for a sampled copy. */
  readonly parentId: string
  /** Workload. */
  readonly workload: string
  /** Tenant. */
  readonly tenant: string
  /** Client. */
  readonly client: string
  /** Session. */
  readonly sessionId: string
  /** Keyed hash of the end user. */
  readonly subject: string
  /** Trace id. */
  readonly traceId: string
  /** Event time of the call. */
  readonly eventTimeMs: number
  /** Model asked for. */
  readonly model: string
  /** Who answered: production, human, student or a candidate id. */
  readonly servedBy: string
  /** served, shadow or sampled. */
  readonly role: string
  /** Redacted request: messages and tools, JSON. */
  readonly request: string
  /** Redacted assistant message, JSON. */
  readonly response: string
  /** The choice in the answer: tool name or short label; empty for free text. */
  readonly label: string
  /** Digest of the normalised request and answer. */
  readonly contentHash: string
  /** Digest of the normalised request alone. */
  readonly requestHash: string
  /** 0 is noise, 1 is gold. */
  readonly quality: number
  /** Scores by name. */
  readonly scores: Readonly<Record<string, number>>
  /** Personal data masked, by type. */
  readonly piiCounts: Readonly<Record<string, number>>
  /** Findings that did not drop it. */
  readonly flags: readonly (string)[]
  /** ISO 639-1 code or empty. */
  readonly language: string
  /** Version of the rules. */
  readonly curatorVersion: string
  /** Partition of the log record. */
  readonly sourcePartition: number
  /** Offset of the log record. */
  readonly sourceOffset: number
}

/** The manifest of one immutable dataset version. */
export interface DatasetVersion {
  /** Workload; the topic's key. */
  readonly workload: string
  /** workload@first 12 hex of the content hash. */
  readonly datasetVersion: string
  /** SHA-256 over the files' hashes. */
  readonly contentHash: string
  /** Version before, or empty. */
  readonly previousVersion: string
  /** The files. */
  readonly files: readonly (DatasetFile)[]
  /** Offset vector of the curated table that it was built from. */
  readonly offsets: readonly (SourceOffset)[]
  /** Examples by split. */
  readonly counts: Readonly<Record<string, number>>
  /** Examples by label. */
  readonly labels: Readonly<Record<string, number>>
  /** Examples left out, by reason. */
  readonly filtered: Readonly<Record<string, number>>
  /** Examples by who answered. */
  readonly sources: Readonly<Record<string, number>>
  /** openai-chat-jsonl. */
  readonly format: string
  /** Seed of the split. */
  readonly seed: number
  /** Trigger that asked for it, or empty. */
  readonly triggerId: string
  /** volume, drift, timer or person. */
  readonly cause: string
  /** Event time of the oldest example. */
  readonly windowFromMs: number
  /** Event time of the newest example. */
  readonly windowToMs: number
  /** When it was built. */
  readonly createdAtMs: number
}

/** One file of a dataset version. */
export interface DatasetFile {
  /** train, validation or test. */
  readonly split: string
  /** Path in the object store. */
  readonly path: string
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string
  /** Examples in it. */
  readonly records: number
  /** Size. */
  readonly sizeBytes: number
}

/** How far one partition of curated was read. */
export interface SourceOffset {
  /** Partition. */
  readonly partition: number
  /** First offset not included. */
  readonly offset: number
}

/** A source document for retrieval, or its removal. */
export interface Document {
  /** Id of the document; the topic's key. */
  readonly documentId: string
  /** Collection that workloads search. */
  readonly collection: string
  /** Title. */
  readonly title: string
  /** text/plain, text/markdown or text/html. */
  readonly mediaType: string
  /** The text. */
  readonly content: string
  /** Where it came from. */
  readonly uri: string
  /** True: forget this document. */
  readonly removed: boolean
  /** When it was published. */
  readonly eventTimeMs: number
  /** Free attributes. */
  readonly attributes: Readonly<Record<string, string>>
}

/** Scores of a candidate, paired against the champion. */
export interface EvalResult {
  /** Derived id. */
  readonly evaluationId: string
  /** Candidate. */
  readonly candidateId: string
  /** Workload; the topic's key. */
  readonly workload: string
  /** Version whose test split was used. */
  readonly datasetVersion: string
  /** Champion it was paired with. */
  readonly championId: string
  /** Candidate's kind. */
  readonly kind: string
  /** Candidate's model name. */
  readonly model: string
  /** Artifact path. */
  readonly artifactUri: string
  /** Artifact hash. */
  readonly artifactHash: string
  /** Cascade threshold. */
  readonly threshold: null | number
  /** ready or failed. */
  readonly state: string
  /** Why it failed. */
  readonly reason: string
  /** Test pairs. */
  readonly pairs: number
  /** Scores. */
  readonly metrics: readonly (Metric)[]
  /** Slice with the lowest score. */
  readonly worstSlice: string
  /** Accuracy of the baselines by name. */
  readonly baselines: Readonly<Record<string, number>>
  /** Confusion counts, JSON. */
  readonly confusion: string
  /** Share of calls the candidate answers itself. */
  readonly coverage: number
  /** Candidate's cost per 1,000 calls. */
  readonly costPer1000Usd: number
  /** Champion's cost per 1,000 calls. */
  readonly championCostPer1000Usd: number
  /** Production model's cost per 1,000 calls on the same pairs. */
  readonly productionCostPer1000Usd: number
  /** Candidate. */
  readonly latencyP50Ms: null | number
  /** Candidate. */
  readonly latencyP95Ms: null | number
  /** Champion. */
  readonly championLatencyP50Ms: null | number
  /** Champion. */
  readonly championLatencyP95Ms: null | number
  /** Trigger, or empty. */
  readonly triggerId: string
  /** When it was evaluated. */
  readonly createdAtMs: number
}

/** One score of candidate and champion on the same pairs, with its interval. */
export interface Metric {
  /** accuracy, agreement … */
  readonly name: string
  /** Slice, or all. */
  readonly slice: string
  /** Pairs judged. */
  readonly pairs: number
  /** Candidate's score. */
  readonly candidate: number
  /** Champion's score. */
  readonly champion: number
  /** Candidate minus champion. */
  readonly difference: number
  /** Lower end of the interval of the difference. */
  readonly low: number
  /** Upper end. */
  readonly high: number
  /** Confidence level. */
  readonly level: number
  /** Interval method. */
  readonly method: string
}

/** What a person or a judge says of one call. */
export interface Feedback {
  /** Derived id of this feedback. */
  readonly feedbackId: string
  /** The call that is judged; the topic's key. */
  readonly requestId: string
  /** Workload of the call. */
  readonly workload: string
  /** thumbs, score, comment, label, correction or preference. */
  readonly kind: string
  /** up or down, a label, or the preferred request id. */
  readonly value: string
  /** Score, higher is better. */
  readonly score: null | number
  /** Free text. */
  readonly comment: string
  /** The right answer, as an OpenAI assistant message in JSON. */
  readonly correction: string
  /** person or judge. */
  readonly author: string
  /** Who gave it: an API client or a reviewer's id. */
  readonly actor: string
  /** Keyed hash of the end user. */
  readonly subject: string
  /** When it was given. */
  readonly eventTimeMs: number
}

/** Drifted, stable or could not tell, for one feature of a workload. */
export interface Finding {
  /** Derived id. */
  readonly findingId: string
  /** Workload. */
  readonly workload: string
  /** Feature. */
  readonly feature: string
  /** drifted, stable or could not tell. */
  readonly verdict: string
  /** Name of the statistic. */
  readonly statistic: string
  /** Its value. */
  readonly value: number
  /** Its threshold. */
  readonly threshold: number
  /** Significance. */
  readonly pValue: null | number
  /** Reference window. */
  readonly referenceFromMs: number
  /** Reference window. */
  readonly referenceToMs: number
  /** Window. */
  readonly windowFromMs: number
  /** Window. */
  readonly windowToMs: number
  /** Records. */
  readonly referenceCount: number
  /** Records. */
  readonly windowCount: number
  /** JSON evidence: counts by bin. */
  readonly evidence: string
  /** SQL that shows it. */
  readonly query: string
  /** When it was found. */
  readonly createdAtMs: number
}

/** One model call, as an app or the gateway made it. */
export interface InferenceLog {
  /** Id of the call, unique per call; the topic's key. A second record with the same id is a repeat. */
  readonly requestId: string
  /** W3C trace id of the request. */
  readonly traceId: string
  /** Conversation the call belongs to. */
  readonly sessionId: string
  /** Agent that made the call. */
  readonly agentId: string
  /** For a shadow or sampled copy: the request id of the served call. */
  readonly parentId: string
  /** Tenant of the app. */
  readonly tenant: string
  /** App or API client that called. */
  readonly client: string
  /** The kind of task; where empty, curation derives it from the system prompt and tool names. */
  readonly workload: string
  /** Keyed hash of the end user. */
  readonly subject: string
  /** When the call was made, milliseconds since 1970 UTC. */
  readonly eventTimeMs: number
  /** OpenAI chat completion request, JSON as sent. */
  readonly request: string
  /** OpenAI chat completion response, JSON as sent; empty when the call failed. */
  readonly response: string
  /** Model that the caller asked for. */
  readonly model: string
  /** Who answered: production, human, student or a candidate id. */
  readonly servedBy: string
  /** served, shadow or sampled: whether the answer reached the caller. */
  readonly role: string
  /** SHA-256 of the model artifact that answered; empty for an external model. */
  readonly artifactHash: string
  /** Why the gateway chose this model. */
  readonly routeReason: string
  /** Share of traffic that the answering model had, 0 to 1. */
  readonly canaryShare: number
  /** Probability that the answering model gave its answer, 0 to 1. */
  readonly confidence: null | number
  /** Tokens of the request. */
  readonly promptTokens: number
  /** Tokens of the answer. */
  readonly completionTokens: number
  /** Time to the first token, milliseconds. */
  readonly ttftMs: null | number
  /** Time to the whole answer, milliseconds. */
  readonly latencyMs: null | number
  /** Price of the call in US dollars. */
  readonly costUsd: null | number
  /** HTTP status of the call. */
  readonly status: number
  /** OpenAI finish reason. */
  readonly finishReason: string
  /** Error message of a failed call. */
  readonly error: string
  /** Names of the rails that fired. */
  readonly railHits: readonly (string)[]
  /** Ids of the retrieved chunks. */
  readonly chunkIds: readonly (string)[]
  /** Free attributes of the app. */
  readonly attributes: Readonly<Record<string, string>>
}

/** State of a long job. */
export interface Job {
  /** Derived id; the topic's key. */
  readonly jobId: string
  /** Service. */
  readonly service: string
  /** Kind of job. */
  readonly kind: string
  /** submitted, running, succeeded, failed or cancelled. */
  readonly state: string
  /** Workload. */
  readonly workload: string
  /** What to do, JSON. */
  readonly spec: string
  /** What came of it, JSON. */
  readonly result: string
  /** Why it failed. */
  readonly reason: string
  /** 0 to 1. */
  readonly progress: number
  /** When. */
  readonly updatedAtMs: number
}

/** The features of one call that drift watches. */
export interface Observation {
  /** Call; the topic's key. */
  readonly requestId: string
  /** The served call, for a copy. */
  readonly parentId: string
  /** Workload. */
  readonly workload: string
  /** Model. */
  readonly model: string
  /** Who answered. */
  readonly servedBy: string
  /** served, shadow or sampled. */
  readonly role: string
  /** Event time. */
  readonly eventTimeMs: number
  /** Features. */
  readonly features: readonly (ObservedFeature)[]
}

/** One feature of a call. */
export interface ObservedFeature {
  /** Feature. */
  readonly name: string
  /** Version of the bin edges. */
  readonly profileVersion: string
  /** Bin index. */
  readonly bin: number
  /** Raw value; 0 for categories. */
  readonly value: number
  /** Category, or empty. */
  readonly category: string
}

/** The whole state of a workload after a decision of the gate. */
export interface Promotion {
  /** Workload; the topic's key. */
  readonly workload: string
  /** Counts decisions. */
  readonly revision: number
  /** promoted, refused, rolled back. */
  readonly verdict: string
  /** Why. */
  readonly reason: string
  /** serving. */
  readonly stage: string
  /** Share of traffic of the champion. */
  readonly share: number
  /** Serves now. */
  readonly champion: ModelReference
  /** Served before. */
  readonly previousChampion: ModelReference
  /** The candidate that was judged. */
  readonly challenger: ModelReference
  /** Evidence. */
  readonly evaluationId: string
  /** The figures behind the verdict, JSON. */
  readonly evidence: string
  /** promoter or a person. */
  readonly actor: string
  /** Trigger, or empty. */
  readonly triggerId: string
  /** When it was decided. */
  readonly decidedAtMs: number
}

/** A model that can serve. */
export interface ModelReference {
  /** Candidate id, or production. */
  readonly candidateId: string
  /** production, student, cascade … */
  readonly kind: string
  /** Model name. */
  readonly model: string
  /** Artifact path, or empty. */
  readonly artifactUri: string
  /** Artifact hash, or empty. */
  readonly artifactHash: string
  /** Cascade threshold. */
  readonly threshold: null | number
  /** Dataset version. */
  readonly datasetVersion: string
}

/** Why the wheel must turn again. */
export interface RetrainTrigger {
  /** Derived id. */
  readonly triggerId: string
  /** Workload; the topic's key. */
  readonly workload: string
  /** drift, gate failed, volume or person. */
  readonly cause: string
  /** JSON evidence. */
  readonly evidence: string
  /** Findings behind it. */
  readonly findingIds: readonly (string)[]
  /** Champion at the time. */
  readonly championId: string
  /** low, normal or high. */
  readonly urgency: string
  /** Data worth training on, from. */
  readonly windowFromMs: number
  /** To. */
  readonly windowToMs: number
  /** Service or person. */
  readonly actor: string
  /** When. */
  readonly createdAtMs: number
}

/** A record that a person should judge, and why. */
export interface Review {
  /** Derived id. */
  readonly reviewId: string
  /** The call or evaluation to judge; the topic's key. */
  readonly requestId: string
  /** Workload. */
  readonly workload: string
  /** Why a person should look. */
  readonly reason: string
  /** Service that asks. */
  readonly source: string
  /** JSON evidence, redacted. */
  readonly evidence: string
  /** When it was asked. */
  readonly eventTimeMs: number
}

/** A person whose data must go. */
export interface SubjectForgotten {
  /** Keyed hash of the person; the topic's key. */
  readonly subject: string
  /** Who asked. */
  readonly actor: string
  /** When. */
  readonly requestedAtMs: number
}
