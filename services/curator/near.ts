import {
  type Boilerplate,
  boilerplate,
  bytesOf,
  type ChatMessage,
  type ChatRequest,
  contentHashOf,
  hash32,
  inputTextOf,
  likenessOf,
  type NearScope,
  nearIndex,
  type Sketch,
  shingleCharacters,
  shingler,
  sketcher,
  textOf,
} from '#kit'
import type { CuratedExample } from '#schemas'
import { isEarlier, type SourcePosition } from './position.ts'

/** What near-duplicates are told by. */
export interface NearTexts {
  /** The conversation without its instructions. */
  readonly asked: string
  /** A free text's words; empty where the answer is a choice. */
  readonly answered: string
  /** Digest of an answer that is a choice (a label or tool calls); empty for free text. */
  readonly choice: string
}

/** A text that others can be compared with. */
export interface NearSketch {
  readonly asked: Sketch
  /** False while too little of its workload was seen to tell boilerplate: then it is like nothing. */
  readonly isComparable: boolean
  readonly answered: Uint8Array | undefined
  readonly scope: NearScope
}

/** What was emitted, by likeness. */
export interface NearMemory {
  /** Takes the text into account as one more of its workload, and sketches it; undefined where it has nothing of its own. */
  sketch(
    example: Pick<CuratedExample, 'workload' | 'servedBy'>,
    texts: NearTexts,
  ): NearSketch | undefined
  /** Likeness from which one of two texts is a near-duplicate. */
  readonly likenessMin: number
  /** Estimated likeness of the likest one that was emitted at an earlier position, 0 where nothing is like it. */
  nearest(sketch: NearSketch, own: SourcePosition): number
  add(sketch: NearSketch, position: SourcePosition): void
}

/** Bins of a free text's answer. */
const answerBins = 64
/** Where boilerplate is left out, so many shingles must stay: two windows' worth, one changed word in each of two places. */
const leftMin = 2 * shingleCharacters
/** Share of a workload's last texts that makes a shingle boilerplate. */
const boilerplateShare = 1 / 16
/** Workloads whose boilerplate is known at a time. */
const workloadsMax = 64

const noRequest = { messages: [], tools: [] }

/** What a request and its answer are compared by. An answer that is a choice must be the same; free text must be alike. */
export const nearTextsOf = (
  request: Pick<ChatRequest, 'messages'>,
  answer: ChatMessage,
  label: string,
): NearTexts => {
  const isChoice = label !== '' || answer.tool_calls !== undefined
  return {
    asked: inputTextOf(request),
    answered: isChoice ? '' : textOf(answer),
    choice: isChoice ? contentHashOf(noRequest, answer) : '',
  }
}

/** Answers of one class are compared: see `contentKeyOf`. */
export const sourceClassOf = (servedBy: string): string => servedBy.split(':', 1)[0] ?? ''

const scopeOf = (workload: string, servedBy: string, choice: string): NearScope => {
  const text = JSON.stringify([workload, sourceClassOf(servedBy), choice])
  return [hash32(text, 1), hash32(text, 2)]
}

const families = () => {
  const known = new Map<string, Boilerplate>()
  return (workload: string): Boilerplate => {
    const family = known.get(workload) ?? boilerplate(boilerplateShare)
    known.delete(workload)
    known.set(workload, family)
    const [oldest] = known.keys()
    if (known.size > workloadsMax && oldest !== undefined) known.delete(oldest)
    return family
  }
}

interface Entry {
  readonly position: SourcePosition
  readonly answered: Uint8Array | undefined
}

const isAnsweredAlike = (
  left: Uint8Array | undefined,
  right: Uint8Array | undefined,
  likenessMin: number,
): boolean =>
  left === right ||
  (left !== undefined && right !== undefined && likenessOf(left, right) >= likenessMin)

/**
 * A memory of the last `entriesMax` texts that were emitted. Two texts are compared within a workload and class of source,
 * and only with the same choice or answers at least `likenessMin` alike. What many texts of the workload share is left
 * out before the comparison, or every call with a long template would be a duplicate of the last; a text that has nothing
 * else of its own, and the first three of a workload, have no near-duplicates.
 */
export const nearMemory = (entriesMax: number, likenessMin: number): NearMemory => {
  const index = nearIndex<Entry>({ entriesMax })
  const familyOf = families()
  const shingles = shingler()
  const asking = sketcher()
  const answering = sketcher(answerBins)
  return {
    likenessMin,
    sketch: ({ workload, servedBy }, { asked, answered, choice }) => {
      const family = familyOf(workload)
      const hashes = shingles.hashesOf(asked)
      family.see(hashes)
      const { slots } = family
      const sketch = asking.sketchOf(hashes, { common: slots, leftMin })
      if (sketch === undefined) return undefined
      const words = answering.sketchOf(shingles.hashesOf(answered))
      const scope = scopeOf(workload, servedBy, choice)
      const isComparable = slots !== undefined
      return { asked: sketch, isComparable, answered: words && bytesOf(words), scope }
    },
    nearest: ({ asked, isComparable, answered, scope }, own) => {
      if (!isComparable) return 0
      const isLike = (entry: Entry): boolean =>
        isEarlier(entry.position, own) && isAnsweredAlike(entry.answered, answered, likenessMin)
      return index.find(asked, scope, isLike)?.likeness ?? 0
    },
    add: ({ asked, answered, scope }, position) => index.add(asked, scope, { position, answered }),
  }
}
