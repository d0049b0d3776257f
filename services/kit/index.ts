export {
  type ApiKey,
  clientPattern,
  createApiKey,
  findApiKey,
  readApiKeys,
  secretBytesMin,
} from './access/keys.ts'
export { objectStore } from './adapters/objects/index.ts'
export { type ProtobufType, protobufTypes } from './adapters/protobuf/index.ts'
export type { Arrived, Position } from './arrived.ts'
export type { RawMessage, RawRecord } from './broker.ts'
export {
  answerTokens,
  answerWith,
  assistantMessageOf,
  type ChatMessage,
  type ChatRequest,
  type ChatResponse,
  type ChatTool,
  type Completion,
  type ContentPart,
  canonicalJson,
  chatChunks,
  chatResponse,
  choiceCharactersMax,
  choiceOf,
  computeCostUsd,
  contentHashOf,
  costUsd,
  countTokens,
  type DatasetLine,
  eventStreamOf,
  inputCharactersMax,
  inputTextOf,
  isEmptyAnswer,
  normalised,
  type Price,
  type Prices,
  parseAssistantMessage,
  parseChatRequest,
  parseChatResponse,
  pathPart,
  priceOf,
  readDatasetLines,
  readJson,
  readPrices,
  requestHashOf,
  requestTokens,
  type ToolCall,
  textOf,
  type Usage,
  workloadOf,
} from './chat/index.ts'
export { digest } from './digest.ts'
export {
  AddressRefused,
  ClickHouseError,
  ObjectConflict,
  ObjectMissing,
  StartFault,
  Transient,
} from './errors.ts'
export {
  defineJob,
  type FinishedJob,
  JobFailed,
  type JobsWorld,
  submitJob,
  type WorkContext,
  type WorkWorld,
} from './jobs/index.ts'
export type { LetterClaim, LetterDesk, LetterDeskOptions } from './letters.ts'
export {
  type Boilerplate,
  boilerplate,
  bytesOf,
  hash32,
  likenessOf,
  type NearScope,
  nearIndex,
  type Sketch,
  shingleCharacters,
  shingler,
  sketcher,
} from './near/index.ts'
export {
  type DeleteRows,
  type Delivery,
  drop,
  type Emit,
  emit,
  emitAll,
  type InsertRows,
  type Message,
  message,
  type Notify,
  type Outcome,
  type PutObject,
  type RemoveObject,
  reject,
} from './outcome.ts'
export type {
  ClickHouse,
  HttpClient,
  HttpOptions,
  HttpResponse,
  Logger,
  ObjectStore,
  Outside,
  View,
} from './outside.ts'
export { readPriceFile } from './price-file.ts'
export {
  forgets,
  type PiiCounts,
  piiEngineVersion,
  redactBody,
  subjectOf,
} from './privacy/index.ts'
export { defineProcessor, defineTimer, type Processor, type Timer } from './processor.ts'
export { openPublisher, type Publisher } from './publisher.ts'
export { openLetterDesk } from './redrive.ts'
export { isRedrivenForOther, placeOf, redriveHeaders } from './redriven.ts'
export {
  defineProxy,
  defineRoute,
  type Proxy,
  type ProxyCopy,
  type ProxyPlan,
  type Reply,
  type ReplyStream,
  type Route,
  type RouteContext,
  type RouteOutcome,
  type RouteRequest,
  reply,
  type Scope,
} from './route.ts'
export { kitSettings } from './runtime/kit-settings.ts'
export { run } from './runtime/run.ts'
export { runWith, type Started } from './runtime/run-with.ts'
export { wire } from './runtime/wire.ts'
export type { Running, Surroundings, Wired } from './runtime/wired.ts'
export {
  address,
  decimal,
  flag,
  integer,
  list,
  oneOf,
  ratio,
  readSettings,
  type Settings,
  type SettingsOf,
  secret,
  text,
} from './settings.ts'
export { settingsTable } from './settings-table.ts'
export { sha256 } from './sha256.ts'
export { silentLog } from './silent-log.ts'
export {
  defineSink,
  type Sink,
  type SinkInput,
  type Transcoder,
  type WriterSchemas,
} from './sink.ts'
export {
  chiSquarePValue,
  countPairs,
  jensenShannonBits,
  majorityLabel,
  mostLossesPassing,
  populationStability,
  tangoInterval,
  twoProportionZ,
  wilsonInterval,
} from './statistics/index.ts'
export {
  BadArtifact,
  type ChosenThreshold,
  chooseThreshold,
  decodeStudent,
  encodeStudent,
  nearestNeighbour,
  neverAnswers,
  predict,
  type StudentModel,
  type StudentPrediction,
  type TrainedStudent,
  type TrainingExample,
  trainInWorker,
  trainStudent,
  Unteachable,
} from './student/index.ts'
export { avroRows } from './transcode/avro-rows.ts'
export { RowWriter } from './transcode/index.ts'
