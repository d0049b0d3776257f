import { topics } from '#schemas'
import type { Position } from '../../arrived.ts'
import type { RawMessage, RawRecord } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import type { ObjectStore } from '../../outside.ts'
import { sha256 } from '../../sha256.ts'

/** Which step of a processor a record failed in, in Kafka Connect's words. */
export type Stage = 'VALUE_CONVERTER' | 'TRANSFORMATION'

/** Why a record goes to dead letters. */
export interface Fault {
  readonly stage: Stage
  /** One of a small fixed set. */
  readonly reason: string
  /** The class of what was thrown; `Reject` where the processor decided so. */
  readonly thrown: string
  /** Frames only: a message could quote the record. */
  readonly stack: string
}

/** Who rejects. */
export interface Rejecter {
  readonly service: string
  readonly name: string
  /** Largest record that the dead-letter topic takes, in bytes. */
  readonly messageBytesMax: number
}

const frames = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n')
    .slice(0, 4000)

/** What a thrown error says about itself without quoting a record. */
export const bugFault = (error: unknown): Fault => {
  const known = error instanceof Error ? error : new Error('not an Error')
  return {
    stage: 'TRANSFORMATION',
    reason: `bug: ${known.name}`,
    thrown: known.name,
    stack: frames(known),
  }
}

/** A fault that somebody decided, rather than one that was thrown. */
export const decidedFault = (stage: Stage, reason: string): Fault => ({
  stage,
  reason,
  thrown: 'Reject',
  stack: '',
})

const sizeOf = (headers: Readonly<Record<string, Buffer | string>>): number =>
  Object.entries(headers).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 10,
    200,
  )

const connectHeaders = (
  { topic, partition, offset }: Position,
  fault: Fault,
  { service, name }: Rejecter,
): Record<string, string> => ({
  '__connect.errors.topic': topic,
  '__connect.errors.partition': String(partition),
  '__connect.errors.offset': String(offset),
  '__connect.errors.connector.name': `${service}.${name}`,
  '__connect.errors.task.id': String(partition),
  '__connect.errors.stage': fault.stage,
  '__connect.errors.class.name': name,
  '__connect.errors.exception.class.name': fault.thrown,
  '__connect.errors.exception.message': fault.reason,
  '__connect.errors.exception.stacktrace': fault.stack,
})

interface Envelope {
  readonly key: Buffer | string
  readonly headers: Readonly<Record<string, Buffer | string>>
}

/** The record's own key and headers, unless they are monstrous; a record without a key gets its place as one. */
const keptEnvelope = ({ key, headers, position }: RawRecord, bytesMax: number): Envelope => {
  const { topic, partition, offset } = position
  const place = `${topic}/${partition}/${offset}`
  const hasKey = key !== null && key.byteLength > 0
  const keyFits = !hasKey || key.byteLength <= bytesMax / 4
  const headersFit = sizeOf(headers) <= bytesMax / 4
  const leftOut = [headersFit ? '' : 'headers', keyFits ? '' : 'key'].filter(Boolean).join(' ')
  return {
    key: hasKey && keyFits ? key : place,
    headers: {
      ...(headersFit ? headers : {}),
      ...(leftOut === '' ? {} : { 'flywheel.left.out': leftOut }),
    },
  }
}

/** A dead letter, and the whole body of a record that no letter can hold. */
export interface DeadLetter {
  readonly message: RawMessage
  readonly body?: { readonly path: string; readonly bytes: Buffer }
}

const bodyPath = ({ topic, partition, offset }: Position, digest: string): string =>
  `dead-letters/${topic}/${partition}/${offset}-${digest.slice(0, 16)}`

/**
 * The record as it came, with its headers and Kafka Connect's (KIP-298) beside them; monstrous headers or keys are left out,
 * and named in `flywheel.left.out`. The topic takes more than any input's, so a body fits as a rule. One that does not (a
 * packed record may be larger than its topic's limit) goes whole to the object store: the letter keeps its beginning and says
 * its size, path and digest in `flywheel.truncated.from.bytes`, `flywheel.body.object` and `flywheel.body.sha256`.
 */
export const deadLetter = (record: RawRecord, fault: Fault, rejecter: Rejecter): DeadLetter => {
  const { messageBytesMax: bytesMax } = rejecter
  const kept = keptEnvelope(record, bytesMax)
  const headers: Record<string, Buffer | string> = {
    ...kept.headers,
    ...connectHeaders(record.position, fault, rejecter),
  }
  const letter = { topic: topics.deadLettersOf(rejecter.service), key: kept.key, bytesMax }
  const roomOf = () => bytesMax - sizeOf(headers) - Buffer.byteLength(kept.key)
  const bytes = record.value
  if (bytes === null || bytes.byteLength <= roomOf())
    return { message: { ...letter, value: bytes, headers } }
  const digest = sha256(bytes)
  const path = bodyPath(record.position, digest)
  headers['flywheel.truncated.from.bytes'] = String(bytes.byteLength)
  headers['flywheel.body.object'] = path
  headers['flywheel.body.sha256'] = digest
  const value = bytes.subarray(0, Math.max(0, roomOf()))
  return { message: { ...letter, value, headers }, body: { path, bytes } }
}

/** Puts what does not fit into letters in the object store, before they are sent. Throws `Transient` when it can't now. */
export const keepBodies = async (
  letters: readonly DeadLetter[],
  objects: () => ObjectStore,
): Promise<void> => {
  for (const { body } of letters) {
    if (body === undefined) continue
    try {
      await objects().put(body.path, body.bytes)
    } catch (error) {
      throw new Transient(`a dead letter's body: ${error instanceof Error ? error.name : 'failed'}`)
    }
  }
}
