export {
  type BodyRedaction,
  type PiiEngine,
  type PiiKind,
  piiEngine,
  piiEngineVersion,
  type RedactionFailure,
  redactBody,
} from './engine.ts'
export { findPii } from './find.ts'
export {
  type Finding,
  type PiiCounts,
  type PiiType,
  piiTypes,
  placeholders,
  type Redacted,
} from './finding.ts'
export { mayContainPii } from './prefilter.ts'
export { redactText } from './redact.ts'
export { redactJson } from './redact-json.ts'
export { subjectOf } from './subject.ts'
