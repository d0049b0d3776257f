import { digest } from '../digest.ts'
import { textOf } from './message.ts'
import type { ChatRequest } from './request.ts'

/** Longest name of a workload, in characters. */
const workloadCharactersMax = 128

const named = (name: string | undefined): string =>
  (name ?? '')
    .replace(/[\p{Cc}\p{Cf}]+/gu, '')
    .trim()
    .slice(0, workloadCharactersMax)
    .toWellFormed()

/** True for the messages that instruct rather than converse. */
export const isInstruction = (role: string): boolean => role === 'system' || role === 'developer'

/**
 * The kind of task that a request belongs to: the caller's header, else `metadata.workload`, else the NVIDIA blueprint's
 * `workload_id`, else `auto-` and 12 hex digits of the system prompt's and tool names' digest.
 */
export const workloadOf = (from: {
  readonly header?: string | undefined
  readonly request: ChatRequest
}): string => {
  const { header, request } = from
  const { workload } = request.metadata
  const given = [header, workload, request.workloadId].map(named)
  const first = given.find((name) => name !== '')
  if (first !== undefined) return first
  const prompts = request.messages.filter((message) => isInstruction(message.role)).map(textOf)
  const tools = request.tools.map((tool) => tool.function.name).sort()
  return `auto-${digest(JSON.stringify(prompts), JSON.stringify(tools)).slice(0, 12)}`
}
