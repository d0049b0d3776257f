import { choiceOf, inputTextOf, parseChatRequest, parseChatResponse, redactBody } from '#kit'
import type { InferenceLog, ObservedFeature } from '#schemas'

/** Version of the bin edges below: histograms of two versions can't be compared. */
export const profileVersion = 'fixed-1'

/** Longest category that is kept. */
const categoryCharactersMax = 64

const numeric = (name: string, value: number, bin: number): ObservedFeature => ({
  name,
  profileVersion,
  bin,
  value,
  category: '',
})

/** A short answer counts as a label, and may be a person's address. */
const masked = (category: string): string => {
  const redacted = redactBody(category, 'text')
  return redacted.ok ? (redacted.text ?? category) : ''
}

const categorical = (name: string, category: string): ObservedFeature => ({
  name,
  profileVersion,
  bin: 0,
  value: 0,
  category: masked(category).slice(0, categoryCharactersMax).toWellFormed(),
})

/** Bins that double in width: 0, 1, 2–3, 4–7 … */
export const doublingBin = (value: number): number =>
  value < 1 ? 0 : Math.min(31, Math.floor(Math.log2(value)) + 1)

/** Ten bins of equal width over 0 to 1. */
export const decileBin = (share: number): number => Math.max(0, Math.min(9, Math.floor(share * 10)))

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

const inputFeatures = (text: string): ObservedFeature[] => {
  const length = Math.max(1, text.length)
  const letters = countOf(text, /\p{L}/gu) / length
  const capitals = countOf(text, /\p{Lu}/gu) / Math.max(1, countOf(text, /\p{L}/gu))
  const links = countOf(text, /https?:\/\//gi)
  return [
    numeric('input-length', text.length, doublingBin(text.length)),
    numeric('input-letters', letters, decileBin(letters)),
    numeric('input-capitals', capitals, decileBin(capitals)),
    numeric('input-links', links, doublingBin(links)),
  ]
}

const labelOf = ({ response }: InferenceLog): string => {
  const parsed = parseChatResponse(response)
  return 'fault' in parsed ? '' : choiceOf(parsed.response)
}

const servedByStudent = ({ servedBy }: InferenceLog): boolean => servedBy.startsWith('student')

/** What the student answered or would have answered: the gateway notes it also where it asked the production model. */
const studentLabelOf = (log: InferenceLog, label: string): string =>
  servedByStudent(log) ? label : (log.attributes['studentLabel'] ?? '')

/** How sure the student was, also where it was not sure enough to answer. */
const confidenceOf = ({ confidence, attributes }: InferenceLog): number | null =>
  confidence ?? Number.parseFloat(attributes['studentConfidence'] ?? '')

/** The feature where there is a value: what is no number would be in no bin. */
const measured = (
  name: string,
  value: number | null,
  binOf: (value: number) => number,
): ObservedFeature[] =>
  value === null || !Number.isFinite(value) ? [] : [numeric(name, value, binOf(value))]

const outputFeatures = (log: InferenceLog): ObservedFeature[] => {
  const label = labelOf(log)
  const own = studentLabelOf(log, label)
  return [
    categorical('error', log.status >= 400 || log.error !== '' ? 'error' : 'ok'),
    ...(label === '' ? [] : [categorical('label', label)]),
    ...(own === '' ? [] : [categorical('student-label', own)]),
    ...measured('confidence', confidenceOf(log), decileBin),
    ...measured('latency', log.latencyMs, doublingBin),
  ]
}

/** The features of one call; undefined when its request is no chat. */
export const featuresOf = (log: InferenceLog): readonly ObservedFeature[] | undefined => {
  const parsed = parseChatRequest(log.request)
  if ('fault' in parsed) return undefined
  return [...inputFeatures(inputTextOf(parsed.request)), ...outputFeatures(log)]
}

/** Features whose distribution says that the traffic has changed. Latency is watched by the stack's own alerts. */
export const watchedFeatures: readonly string[] = [
  'input-length',
  'input-letters',
  'input-capitals',
  'input-links',
  'label',
  'confidence',
  'error',
]
