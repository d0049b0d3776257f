import type { CuratedExample } from '#schemas'

/** Where a log record stood in `inference-logs`. */
export interface SourcePosition {
  readonly partition: number
  readonly offset: bigint
}

/** Which requests and contents were emitted or are about to be, by the position of their log record. */
export interface Emitted {
  request(requestId: string): SourcePosition | undefined
  content(key: string): SourcePosition | undefined
  add(requestId: string, contentKey: string, position: SourcePosition): void
}

/**
 * Contents are compared within a workload and among answers of the same class: a student's answer is no duplicate of the
 * production model's, or nothing could be compared with it.
 */
export const contentKeyOf = (
  example: Pick<CuratedExample, 'workload' | 'servedBy' | 'contentHash'>,
): string => {
  const sourceClass = example.servedBy.split(':', 1)[0] ?? ''
  return JSON.stringify([example.workload, sourceClass, example.contentHash])
}

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
export const emittedIndex = (entriesMax: number): Emitted => {
  const requests = bounded(entriesMax)
  const contents = bounded(entriesMax)
  return {
    request: requests.get,
    content: contents.get,
    add: (requestId, contentKey, position) => {
      requests.putFirst(requestId, position)
      contents.putFirst(contentKey, position)
    },
  }
}

/**
 * True when the other position is not this record's own and came before it. Partitions have no common order: a record
 * that another partition has emitted came before.
 */
const isEarlier = (other: SourcePosition | undefined, own: SourcePosition): boolean =>
  other !== undefined && (other.partition !== own.partition || other.offset < own.offset)

/** True when the index knows this request id from an earlier position. */
export const isRepeat = (requestId: string, own: SourcePosition, index: Emitted): boolean =>
  isEarlier(index.request(requestId), own)

/** True when the index knows this content from an earlier position. */
export const isDuplicate = (contentKey: string, own: SourcePosition, index: Emitted): boolean =>
  isEarlier(index.content(contentKey), own)
