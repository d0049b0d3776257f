import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { InferenceLog } from '#schemas'
import type { Tell } from '../wheel/progress.ts'
import { type Line, linesOf } from './lines.ts'
import { lineBytesMax, parseReplayLine } from './parse.ts'

const publishAtATime = 100
const faultsShown = 20

/** A line that is no call. */
export interface LineFault {
  readonly line: number
  readonly reason: string
}

/** What was found in a file. */
export interface Intake {
  /** Lines that are not empty. */
  readonly lines: number
  readonly published: number
  /** Ids of the published calls; fewer than those where ids come again. */
  readonly ids: ReadonlySet<string>
  /** Calls by workload, the largest first. */
  readonly workloads: readonly { readonly workload: string; readonly calls: number }[]
  readonly malformed: number
  readonly malformedBy: Readonly<Record<string, number>>
  /** The first malformed lines. */
  readonly faults: readonly LineFault[]
}

/** Counts what is found. */
class Findings {
  lines = 0
  published = 0
  readonly ids = new Set<string>()
  readonly #workloads = new Map<string, number>()
  readonly #reasons = new Map<string, number>()
  readonly #faults: LineFault[] = []

  malformed(line: number, reason: string): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    if (this.#faults.length < faultsShown) this.#faults.push({ line, reason })
  }

  publish(logs: readonly InferenceLog[]): void {
    this.published += logs.length
    for (const { requestId, workload } of logs) {
      this.ids.add(requestId)
      this.#workloads.set(workload, (this.#workloads.get(workload) ?? 0) + 1)
    }
  }

  result(): Intake {
    const { lines, published, ids } = this
    const workloads = [...this.#workloads].map(([workload, calls]) => ({ workload, calls }))
    workloads.sort((a, b) => b.calls - a.calls || (a.workload < b.workload ? -1 : 1))
    return {
      ...{ lines, published, ids, workloads },
      malformed: [...this.#reasons.values()].reduce((sum, count) => sum + count, 0),
      malformedBy: Object.fromEntries(this.#reasons),
      faults: this.#faults,
    }
  }
}

/** How a file is taken in. */
export interface IntakeOptions {
  /** The workload of every call, or empty: each call's own. */
  readonly workload: string
  /** When the replay began, milliseconds since 1970 UTC: calls without a time are stamped from a day before on, in order. */
  readonly nowMs: number
  readonly publish: (logs: readonly InferenceLog[]) => Promise<void>
}

const dayMs = 86_400_000

const withoutMark = (text: string, number: number): string =>
  number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text

/** Undefined for an empty line. */
const readLine = (
  line: Line,
  workload: string,
  nowMs: number,
): ReturnType<typeof parseReplayLine> | undefined => {
  if (!('text' in line)) return { fault: `is longer than ${lineBytesMax} bytes` }
  const { number: lineNumber } = line
  const text = withoutMark(line.text, lineNumber)
  if (text.trim() === '') return undefined
  const fallbackTimeMs = nowMs - dayMs + lineNumber
  return parseReplayLine(text, { lineNumber, workload, fallbackTimeMs })
}

/** Publishes the calls of chunks of a JSON Lines file as they are read; malformed lines are counted and passed over. */
export const takeIn = async (
  chunks: AsyncIterable<Uint8Array>,
  { workload, nowMs, publish }: IntakeOptions,
): Promise<Intake> => {
  const findings = new Findings()
  let waiting: InferenceLog[] = []
  const send = async () => {
    if (waiting.length > 0) await publish(waiting)
    findings.publish(waiting)
    waiting = []
  }
  for await (const line of linesOf(chunks, lineBytesMax)) {
    const read = readLine(line, workload, nowMs)
    if (read === undefined) continue
    findings.lines += 1
    if ('fault' in read) findings.malformed(line.number, read.fault)
    else waiting.push(read.log)
    if (waiting.length >= publishAtATime) await send()
  }
  await send()
  return findings.result()
}

/** Takes a file in; tells how many of its bytes are read. */
export const takeInFile = async (
  file: string,
  options: IntakeOptions,
  tell: Tell,
): Promise<Intake> => {
  const { size } = await stat(file)
  const told = async function* (): AsyncGenerator<Uint8Array> {
    let read = 0
    for await (const chunk of createReadStream(file)) {
      read += (chunk as Buffer).length
      tell(read, size)
      yield chunk as Buffer
    }
  }
  return takeIn(told(), options)
}
