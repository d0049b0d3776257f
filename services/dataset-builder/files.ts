import { digest, pathPart, sha256 } from '#kit'
import type { Example } from './example.ts'
import { type Split, splits } from './split.ts'

/** An example with its place. */
export interface Placed {
  readonly example: Example
  readonly group: string
  readonly split: Split
}

/** One file of a version. */
export interface SplitFile {
  readonly split: Split
  readonly body: string
  readonly sha256: string
  readonly records: number
  readonly sizeBytes: number
}

/** The line of an example: OpenAI chat JSONL whose last message is the assistant's answer, with its lineage as metadata. */
const lineOf = ({ example, group }: Placed): string => {
  const { request, answer, requestId, label, source, sessionId, subject, eventTimeMs } = example
  const metadata = { requestId, label, servedBy: source, sessionId, subject, eventTimeMs, group }
  return JSON.stringify({
    messages: [...request.messages, answer],
    ...(request.tools.length > 0 && { tools: request.tools }),
    metadata,
  })
}

const inOrder = (left: Placed, right: Placed): number =>
  left.example.eventTimeMs - right.example.eventTimeMs ||
  (left.example.requestHash < right.example.requestHash ? -1 : 1)

/** The files of a version, one a split, lines in order of event time: the same examples give the same bytes. */
export const filesOf = (placed: readonly Placed[]): readonly SplitFile[] =>
  splits.map((split) => {
    const lines = placed.filter((each) => each.split === split).toSorted(inOrder)
    const body = lines.map((each) => `${lineOf(each)}\n`).join('')
    const sizeBytes = Buffer.byteLength(body)
    return { split, body, sha256: sha256(body), records: lines.length, sizeBytes }
  })

/** The digest of a version's content, over the digests of its files. */
export const contentHashOf = (workload: string, files: readonly SplitFile[]): string =>
  digest('dataset', workload, ...files.flatMap(({ split, sha256 }) => [split, sha256]))

/** The folder of a version in the object store. */
export const folderOf = (workload: string, contentHash: string): string =>
  `datasets/${pathPart(workload)}/${contentHash.slice(0, 12)}`
