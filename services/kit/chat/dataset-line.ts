import { z } from 'zod'
import { inputTextOf } from './input-text.ts'
import { messageSchema } from './message.ts'

const lineSchema = z.object({
  messages: z.array(messageSchema).min(2),
  metadata: z.object({
    requestId: z.string(),
    label: z.string(),
    servedBy: z.string(),
    group: z.string(),
    eventTimeMs: z.number(),
  }),
})

/** One example of a dataset file, as trainer and evaluator read it. */
export interface DatasetLine {
  readonly requestId: string
  /** What a student reads: the conversation without its answer and instructions. */
  readonly text: string
  /** The choice that was right. */
  readonly label: string
  /** Who gave it: production or human. */
  readonly source: string
  readonly group: string
  /** The conversation that was sent, as JSON: its tokens cost. */
  readonly prompt: string
  /** The answer as an OpenAI assistant message in JSON. */
  readonly answer: string
}

const readLine = (line: string, number: number): DatasetLine => {
  const { messages, metadata } = lineSchema.parse(JSON.parse(line), {
    error: () => `line ${number} is no example of ours`,
  })
  const asked = messages.slice(0, -1)
  return {
    requestId: metadata.requestId,
    text: inputTextOf({ messages: asked }),
    label: metadata.label,
    source: metadata.servedBy,
    group: metadata.group,
    prompt: JSON.stringify(asked),
    answer: JSON.stringify(messages.at(-1)),
  }
}

/** Reads a dataset file: OpenAI chat JSONL with our metadata. Throws on a line of another form. */
export const readDatasetLines = (jsonl: string): readonly DatasetLine[] =>
  jsonl
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => readLine(line, index + 1))
