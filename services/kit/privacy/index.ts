export {
  type PiiEngine,
  type PiiKind,
  piiEngine,
  piiEngineVersion,
  redactBody,
} from './engine.ts'
export {
  type PiiCounts,
  piiTypes,
} from './finding.ts'
export { redactText } from './redact.ts'
export { redactJson } from './redact-json.ts'
export { forgets, subjectOf } from './subject.ts'
