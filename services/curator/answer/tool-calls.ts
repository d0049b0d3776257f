import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { LRUCache } from 'lru-cache'
import { RE2JS } from 're2js'
import { type ChatMessage, type ChatTool, readJson, type ToolCall } from '#kit'
import { schemaCost } from './schema-cost.ts'

/** What can be wrong with a tool call. */
export type ToolCallFault = 'unknown tool' | 'arguments are no JSON' | 'arguments do not fit'

/** Judges tool calls against the tools that the request offered. */
export type ToolCallChecker = (
  answer: ChatMessage,
  tools: readonly ChatTool[],
) => ToolCallFault | undefined

const schemaCharactersMax = 32_768
const argumentCharactersMax = 65_536
/** Work on one value is at most schemas × values. */
const workMax = 10_000_000
const compiledMax = 500
/** An instance keeps what it has compiled; a new one lets go of it. */
const compiledByInstanceMax = 64

/** A caller's pattern in linear time: a backtracking engine can be held up for as long as its author likes. */
const linear = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern)
    return { test: (text: string) => compiled.matcher(text).find() }
  },
  { code: 'linear' },
)

const newInstance = (): Ajv2020 =>
  new Ajv2020({
    addUsedSchema: false,
    code: { regExp: linear },
    inlineRefs: false,
    logger: false,
    strict: false,
    validateFormats: false,
    validateSchema: false,
  })

interface Compiled {
  /** Undefined for a schema that can't be used: too large, too costly, or none. */
  readonly validate: ValidateFunction | undefined
  readonly nodes: number
  readonly isQuadratic: boolean
}

const unusable: Compiled = { validate: undefined, nodes: 0, isQuadratic: false }

/** How many values a value is made of. */
const sizeOf = (value: unknown): number => {
  let size = 0
  const pending: unknown[] = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    size += 1
    if (typeof next === 'object' && next !== null) pending.push(...Object.values(next))
  }
  return size
}

const compiler = (): ((schema: Readonly<Record<string, unknown>>) => Compiled) => {
  const known = new LRUCache<string, Compiled>({ max: compiledMax })
  let instance = newInstance()
  let compiledByInstance = 0
  const compile = (schema: Readonly<Record<string, unknown>>, text: string): Compiled => {
    if (text.length > schemaCharactersMax) return unusable
    if (compiledByInstance >= compiledByInstanceMax) {
      instance = newInstance()
      compiledByInstance = 0
    }
    compiledByInstance += 1
    const { $schema, $id, ...plain } = schema
    try {
      const cost = schemaCost(plain)
      return cost.nodes > workMax ? unusable : { validate: instance.compile(plain), ...cost }
    } catch {
      return unusable
    }
  }
  return (schema) => {
    const text = JSON.stringify(schema)
    const found = known.get(text) ?? compile(schema, text)
    known.set(text, found)
    return found
  }
}

const isTooMuch = ({ nodes, isQuadratic }: Compiled, values: number): boolean =>
  nodes * values * (isQuadratic ? values : 1) > workMax

const fits = (compiled: Compiled, value: unknown): boolean => {
  if (compiled.validate === undefined || isTooMuch(compiled, sizeOf(value))) return true
  try {
    return compiled.validate(value) === true
  } catch {
    return true
  }
}

/**
 * A judge of tool calls that keeps the 500 schemas used last. A call is faulty when its tool was not offered, or its arguments
 * are no JSON object or don't fit the tool's own JSON Schema (2020-12; formats are not checked). Where schema or arguments
 * would take too long (references that recurse, more than 32,768 or 65,536 characters, more than ten million steps) or the
 * schema is none, the arguments count as fitting. A request without tools offers all.
 */
export const toolCallChecker = (): ToolCallChecker => {
  const compiledOf = compiler()
  const argumentsFault = (
    text: string,
    schema: Readonly<Record<string, unknown>> | undefined,
  ): ToolCallFault | undefined => {
    const read = readJson(text)
    if ('fault' in read || typeof read.value !== 'object' || read.value === null)
      return 'arguments are no JSON'
    if (schema === undefined || text.length > argumentCharactersMax) return undefined
    return fits(compiledOf(schema), read.value) ? undefined : 'arguments do not fit'
  }
  const faultOf = (call: ToolCall, tools: readonly ChatTool[]): ToolCallFault | undefined => {
    const tool = tools.find((each) => each.function.name === call.function.name)
    if (tool === undefined && tools.length > 0) return 'unknown tool'
    return argumentsFault(call.function.arguments, tool?.function.parameters)
  }
  return ({ tool_calls = [] }, tools) => {
    for (const call of tool_calls) {
      const fault = faultOf(call, tools)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}
