import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InferenceLog, topics } from '#schemas'
import type { Codec } from '../../services/kit/runtime/codec.ts'
import { idLength, idOf, logsOf } from './logs.ts'

/** Encoded records, each with room for an id, to publish any number of records from. */
export interface Pool {
  readonly size: number
  /** Mean bytes of an encoded value. */
  readonly meanBytes: number
  /** A copy of the pool's next record under an id of `idOf`. */
  readonly recordOf: (
    sort: string,
    index: number,
  ) => { readonly key: string; readonly value: Buffer }
}

const bodiesMax = 20_000

/**
 * Own records: files of JSON lines, each an inference log as in schemas/inference-log.avsc.
 * @throws Error when the folder holds none
 */
const readLogs = (folder: string): readonly InferenceLog[] => {
  const files = readdirSync(folder).filter((name) => /[.](?:jsonl|ndjson)$/.test(name))
  const logs = files
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .slice(0, bodiesMax)
    .map((line) => JSON.parse(line) as InferenceLog)
  if (logs.length === 0) throw new Error(`${folder} holds no *.jsonl or *.ndjson with records`)
  return logs
}

/** Makes the records: our own, or those of a folder. Their ids are replaced. */
export const poolOf = (
  codec: Pick<Codec, 'encode'>,
  { records, folder, seed }: { records: number; folder: string | undefined; seed: number },
): Pool => {
  const logs = folder === undefined ? logsOf(Math.min(records, bodiesMax), seed) : readLogs(folder)
  const bodies = logs.map((log, index) => {
    const requestId = idOf('pool', index)
    const bytes = codec.encode(topics.inferenceLogs, { ...log, requestId })
    return { bytes, idAt: bytes.indexOf(requestId) }
  })
  const sum = bodies.reduce((total, { bytes }) => total + bytes.byteLength, 0)
  return {
    size: bodies.length,
    meanBytes: sum / bodies.length,
    recordOf: (sort, index) => {
      const body = bodies[index % bodies.length]
      if (body === undefined) throw new Error('the pool is empty')
      const key = idOf(sort, index)
      const value = Buffer.from(body.bytes)
      value.write(key, body.idAt, idLength, 'latin1')
      return { key, value }
    },
  }
}
