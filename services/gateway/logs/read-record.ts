import { canonicalJson, digest, type Prices, workloadOf } from '#kit'
import type { Feedback, InferenceLog } from '#schemas'
import { type Attributes, attributesOf } from './attributes.ts'
import { figuresOf, ourAttributes, outcomeOf, subjectIn } from './derived.ts'
import { recordFeedback } from './record-feedback.ts'
import { type Parts, partsOf, type Refused } from './record-parts.ts'
import type { Item } from './split-body.ts'

/** What a record is read with. */
export interface Reader {
  readonly nowMs: number
  readonly prices: Prices
  /** Key of the hash that stands for an end user, or empty. */
  readonly subjectKey: string
  /** The client that is known by its key, or empty. */
  readonly client: string
  /** The client by the caller's own word, where the record names none. */
  readonly clientNamed: string
  /** The workload of the records that name none, or empty. */
  readonly workload: string
}

/** A record to publish, and the names of what was left out of it. */
export interface Taken {
  readonly log: InferenceLog
  /** What was said of the call, where the record brings it along. */
  readonly feedback: readonly Feedback[]
  readonly ignored: Attributes['ignored']
}

/** Most that the texts of a record may be together, in bytes: its topic takes records of 1,000,000. */
const textsBytesMax = 950_000

const sizeBytesOf = (log: InferenceLog): number =>
  Object.values({ ...log, ...log.attributes })
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .reduce<number>(
      (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 8),
      0,
    )

/** What is said of a call later does not make it another call. */
const idOf = (given: string, client: string, value: object): string => {
  if (given !== '') return given
  const said = Object.entries(value).filter(([name]) => name !== 'feedback')
  return `log-${digest('log', client, canonicalJson(Object.fromEntries(said))).slice(0, 32)}`
}

const workloadIn = ({ fields, question: { request } }: Parts, reader: Reader): string =>
  workloadOf({ header: fields.workload || reader.workload, request })

const logOf = (parts: Parts, reader: Reader): Omit<Taken, 'feedback'> => {
  const { fields, named, question, answer, eventTimeMs } = parts
  const { traceId, sessionId, agentId, parentId, tenant, role, servedBy, artifactHash } = fields
  const { routeReason, canaryShare, confidence, ttftMs, latencyMs, railHits, chunkIds } = fields
  const client = reader.client || fields.client || reader.clientNamed
  const free = attributesOf(ourAttributes(parts), fields.attributes, named.unknown)
  const log: InferenceLog = {
    requestId: idOf(fields.requestId, client, parts.record),
    ...{ traceId, sessionId, agentId, parentId, tenant, client },
    workload: workloadIn(parts, reader),
    subject: subjectIn(parts, reader.subjectKey),
    eventTimeMs: eventTimeMs ?? reader.nowMs,
    ...{ request: question.text, response: answer.text },
    servedBy: servedBy === '' ? 'production' : servedBy,
    ...{ role, artifactHash, routeReason, canaryShare, confidence },
    ...figuresOf(parts, reader.prices),
    ...{ ttftMs, latencyMs },
    ...outcomeOf(parts),
    ...{ railHits, chunkIds },
    attributes: free.attributes,
  }
  return { log, ignored: free.ignored }
}

/**
 * One record of a body as the log that is published, whatever shape it has: OpenAI's pair, the NVIDIA blueprint's, a stream of
 * chunks, or our own fields. An id that the app does not give derives from all that it says, so that the same record sent again
 * has the same. Never throws; a fault never quotes the content. Pure.
 */
export const readRecord = (item: Item, reader: Reader): Taken | Refused => {
  if ('fault' in item) return item
  const parts = partsOf(item.value, reader.nowMs)
  if ('fault' in parts) return parts
  const taken = logOf(parts, reader)
  const { role, parentId } = taken.log
  if (role !== 'served' && parentId === '')
    return { fault: 'is a copy and does not name the served call', field: 'parentId' }
  if (sizeBytesOf(taken.log) > textsBytesMax)
    return { fault: `holds more than ${textsBytesMax} bytes` }
  const feedback = recordFeedback(parts.fields.feedback, taken.log, reader.nowMs)
  return 'fault' in feedback ? feedback : { ...taken, feedback }
}
