import { type ChatMessage, type ChatRequest, choiceOf, inputTextOf, textOf } from '#kit'
import { isRefusal } from './answer/refusal.ts'
import { isZeroInformation, promptEcho, withoutCode } from './answer/shape.ts'
import type { ToolCallChecker } from './answer/tool-calls.ts'
import { type Action, type FindingClass, findingClasses, type Policy } from './policy.ts'
import { filtersFor, judgeText, type QualityFindings } from './quality/suite.ts'

/** What judging needs beside the call. */
export interface Senses {
  /** ISO 639-1 code of a text's language, or empty where it is not sure. */
  readonly languageOf: (text: string) => string
  readonly toolCallFault: ToolCallChecker
}

/** A call to judge, as it came. */
export interface Call {
  readonly request: ChatRequest
  readonly answer: ChatMessage
  readonly finishReason: string
  /** Whether the response marks its answer as a refusal. */
  readonly isMarkedRefusal: boolean
}

/** What a call is worth. */
export interface Judgement {
  readonly verdict: 'keep' | 'review' | 'drop'
  /** Why it is not kept; empty where it is. */
  readonly reason: string
  /** Findings of every class that is not off, as `class` or `class:detail`. */
  readonly flags: readonly string[]
  readonly scores: Readonly<Record<string, number>>
  /** 0 is noise, 1 is gold. */
  readonly quality: number
  readonly language: string
}

interface Finding {
  readonly kind: FindingClass
  readonly detail: string
  /** What is left of the quality, 0 to 1. */
  readonly worth: number
}

const echoMin = 0.9
const languageCharactersMax = 200

const worth = {
  'zero information': 0,
  'invalid tool call': 0.1,
  refused: 0.2,
  truncated: 0.5,
  'unbalanced code fence': 0.7,
  'prompt echo': 0.3,
  'other language': 0.8,
} as const

interface Read {
  readonly text: string
  readonly prose: string
  readonly isOpenFence: boolean
  readonly isChoice: boolean
  readonly language: string
}

const lastUserText = (request: ChatRequest): string => {
  const last = request.messages.findLast(({ role }) => role === 'user')
  return last === undefined ? '' : textOf(last)
}

const readCall = ({ request, answer }: Call, { languageOf }: Senses): Read => {
  const text = textOf(answer)
  const { prose, isOpen } = withoutCode(text)
  const isChoice = (answer.tool_calls ?? []).length > 0 || choiceOf({ message: answer }) !== ''
  const own = isChoice ? '' : languageOf(prose.slice(0, languageCharactersMax))
  const asked = () => languageOf(inputTextOf(request).slice(0, languageCharactersMax))
  return { text, prose, isOpenFence: isOpen, isChoice, language: own === '' ? asked() : own }
}

type Seek = (call: Call, read: Read, policy: Policy, senses: Senses) => string | undefined

/** Each looks for one class: undefined where it is not found, else its detail, which may be empty. */
const seeks: Readonly<Record<Exclude<FindingClass, 'low quality'>, Seek>> = {
  'zero information': (_call, { text }) =>
    text !== '' && isZeroInformation(text) ? '' : undefined,
  'invalid tool call': ({ answer, request }, _read, _policy, { toolCallFault }) =>
    toolCallFault(answer, request.tools)?.replaceAll(' ', '-'),
  refused: ({ finishReason, isMarkedRefusal }, { text }) => {
    if (finishReason === 'content_filter') return 'content-filter'
    return isMarkedRefusal || isRefusal(text) ? '' : undefined
  },
  truncated: ({ finishReason }) => (finishReason === 'length' ? '' : undefined),
  'unbalanced code fence': (_call, { isOpenFence }) => (isOpenFence ? '' : undefined),
  'prompt echo': ({ request }, { text, isChoice }) =>
    !isChoice && promptEcho(lastUserText(request), text) >= echoMin ? '' : undefined,
  'other language': (_call, { language }, { languages }) =>
    language !== '' && languages.length > 0 && !languages.includes(language) ? language : undefined,
}

const noFindings: QualityFindings = { scores: {}, failed: [] }

const filtered = ({ prose, isChoice, language }: Read, policy: Policy): QualityFindings =>
  isChoice || prose.trim() === '' || policy.actions['low quality'] === 'off'
    ? noFindings
    : judgeText(prose.trim(), filtersFor(language), policy.filters)

const lowQuality = ({ scores, failed }: QualityFindings): readonly Finding[] => {
  const kept = 1 - failed.length / Object.keys(scores).length
  return failed.map((detail, index) => ({
    kind: 'low quality',
    detail,
    worth: index === 0 ? kept : 1,
  }))
}

const findingsOf = (call: Call, read: Read, policy: Policy, senses: Senses): readonly Finding[] =>
  findingClasses.flatMap((kind): readonly Finding[] => {
    if (kind === 'low quality' || policy.actions[kind] === 'off') return []
    const detail = seeks[kind](call, read, policy, senses)
    return detail === undefined ? [] : [{ kind, detail, worth: worth[kind] }]
  })

const flagOf = ({ kind, detail }: Finding): string =>
  detail === '' ? kind.replaceAll(' ', '-') : `${kind.replaceAll(' ', '-')}:${detail}`

const reasonOf = ({ kind, detail }: Finding): string =>
  kind === 'low quality' ? `${kind}: ${detail}` : kind

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

const roundedScores = (scores: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, rounded(score)]))

/** Judges a call by its workload's policy. */
export const judge = (call: Call, policy: Policy, senses: Senses): Judgement => {
  const read = readCall(call, senses)
  const quality = filtered(read, policy)
  const findings = [...findingsOf(call, read, policy, senses), ...lowQuality(quality)]
  const first = (action: Action) => findings.find(({ kind }) => policy.actions[kind] === action)
  const [dropped, reviewed] = [first('drop'), first('review')]
  const reason = dropped ?? reviewed
  const kept = reviewed === undefined ? 'keep' : 'review'
  return {
    verdict: dropped === undefined ? kept : 'drop',
    reason: reason === undefined ? '' : reasonOf(reason),
    flags: findings.map(flagOf),
    scores: roundedScores(quality.scores),
    quality: rounded(findings.reduce((product, finding) => product * finding.worth, 1)),
    language: read.language,
  }
}
