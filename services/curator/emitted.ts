import type { CuratedExample } from '#schemas'
import { type NearMemory, type NearSketch, type NearTexts, sourceClassOf } from './near.ts'
import { isEarlier, isSame, type SourcePosition } from './position.ts'

/** Which requests and contents were emitted or are about to be, by the position of their log record. */
export interface Emitted {
  request(requestId: string): SourcePosition | undefined
  content(key: string): SourcePosition | undefined
  /** Undefined where near-duplicates are not looked for. */
  readonly near: NearMemory | undefined
  add(requestId: string, contentKey: string, position: SourcePosition, near?: NearSketch): void
}

/**
 * Contents are compared within a workload and among answers of the same class: a student's answer is no duplicate of the
 * production model's, or nothing could be compared with it.
 */
export const contentKeyOf = (
  example: Pick<CuratedExample, 'workload' | 'servedBy' | 'contentHash'>,
): string =>
  JSON.stringify([example.workload, sourceClassOf(example.servedBy), example.contentHash])

const bounded = (entriesMax: number) => {
  const entries = new Map<string, SourcePosition>()
  const put = (key: string, position: SourcePosition): void => {
    entries.delete(key)
    entries.set(key, position)
    const [oldest] = entries.keys()
    if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest)
  }
  const get = (key: string): SourcePosition | undefined => {
    const position = entries.get(key)
    if (position !== undefined) put(key, position)
    return position
  }
  return {
    get,
    putFirst: (key: string, position: SourcePosition) => put(key, get(key) ?? position),
  }
}

/** An index that keeps the `entriesMax` requests and contents that were asked for or added last. */
export const emittedIndex = (entriesMax: number, near?: NearMemory): Emitted => {
  const requests = bounded(entriesMax)
  const contents = bounded(entriesMax)
  return {
    request: requests.get,
    content: contents.get,
    near,
    add: (requestId, contentKey, position, sketch) => {
      requests.putFirst(requestId, position)
      contents.putFirst(contentKey, position)
      if (sketch !== undefined) near?.add(sketch, position)
    },
  }
}

/** True when the index knows this request id from an earlier position. */
export const isRepeat = (requestId: string, own: SourcePosition, index: Emitted): boolean =>
  isEarlier(index.request(requestId), own)

/** True when the index knows this content from an earlier position. */
export const isDuplicate = (contentKey: string, own: SourcePosition, index: Emitted): boolean =>
  isEarlier(index.content(contentKey), own)

/** What a record's text is like: its sketch, and the likeness of the likest earlier one. */
export interface Likeness {
  readonly sketch?: NearSketch | undefined
  readonly likeness: number
}

/** Compares a text with what was emitted before. A record that was emitted itself, and is replayed, is like nothing. */
export const likenessTo = (
  index: Emitted,
  example: Pick<CuratedExample, 'workload' | 'servedBy' | 'contentHash'>,
  texts: NearTexts,
  own: SourcePosition,
): Likeness => {
  const isReplayed = isSame(index.content(contentKeyOf(example)), own)
  if (index.near === undefined || isReplayed) return { likeness: 0 }
  const sketch = index.near.sketch(example, texts)
  return { sketch, likeness: sketch === undefined ? 0 : index.near.nearest(sketch, own) }
}
