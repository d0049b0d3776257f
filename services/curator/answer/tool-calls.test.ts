import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { ChatMessage, ChatTool } from '#kit'
import { schemaCost } from './schema-cost.ts'
import { toolCallChecker } from './tool-calls.ts'

const tool = (parameters?: Readonly<Record<string, unknown>>, name = 'route'): ChatTool => ({
  type: 'function',
  function: { name, ...(parameters !== undefined && { parameters }) },
})
const calling = (argumentsText: string, name = 'route'): ChatMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: '1', type: 'function', function: { name, arguments: argumentsText } }],
})
const check = toolCallChecker()

const mail = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    to: { type: 'string', pattern: '^[a-z]+$' },
    copies: { type: 'integer', minimum: 0 },
    when: { $ref: '#/$defs/when' },
  },
  required: ['to'],
  additionalProperties: false,
  $defs: { when: { enum: ['now', 'later'] } },
}

describe('a tool call', () => {
  test.each([
    ['{"to":"sales"}', undefined],
    ['{"to":"sales","copies":2,"when":"now"}', undefined],
    ['{"to":"sales","when":"never"}', 'arguments do not fit'],
    ['{"to":"Sales 1"}', 'arguments do not fit'],
    ['{"copies":"two","to":"a"}', 'arguments do not fit'],
    ['{}', 'arguments do not fit'],
    ['{"to":"sales","more":1}', 'arguments do not fit'],
    ['{"to":', 'arguments are no JSON'],
    ['"sales"', 'arguments are no JSON'],
    ['', 'arguments are no JSON'],
  ])('with %s: %s', (text, fault) => {
    expect(check(calling(text), [tool(mail)])).toBe(fault)
  })

  test('must be of a tool that was offered, where any was', () => {
    expect(check(calling('{}', 'other'), [tool()])).toBe('unknown tool')
    expect(check(calling('{}', 'other'), [])).toBeUndefined()
    expect(check({ role: 'assistant', content: 'x' }, [tool()])).toBeUndefined()
  })

  test('a later call counts as well', () => {
    const two = { ...calling('{}'), tool_calls: [] as ChatMessage['tool_calls'] }
    const calls = [...(calling('{}').tool_calls ?? []), ...(calling('[').tool_calls ?? [])]
    expect(check({ ...two, tool_calls: calls }, [tool()])).toBe('arguments are no JSON')
  })
})

describe('a hostile or broken schema', () => {
  const fork = (steps: number) => ({
    $defs: Object.fromEntries(
      Array.from({ length: steps }, (_, i) => [
        `d${i}`,
        { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
      ]),
    ),
    $ref: '#/$defs/d0',
  })

  test.each([
    ['a pattern that backtracks', { properties: { to: { pattern: '^(a+)+$' } } }],
    ['references that double', fork(40)],
    ['recursion', { properties: { to: { $ref: '#' } }, anyOf: [{ $ref: '#' }, { $ref: '#' }] }],
    ['a reference to elsewhere', { $ref: 'https://example.org/schema' }],
    ['a reference that is not well formed', { $ref: '#/%E0%A4%A' }],
    ['a pattern that does not exist', { properties: { to: { pattern: '(' } } }],
    ['a type that does not exist', { type: 'nonsense' }],
    ['a large one', { enum: ['x'.repeat(40_000)] }],
  ])('%s judges nothing, at once', (_name, schema) => {
    const text = JSON.stringify({ to: `${'a'.repeat(5000)}!` })
    const fault = check(calling(text), [tool(schema)])
    expect([undefined, 'arguments do not fit']).toContain(fault)
  })

  test('its cost is counted without writing it out', () => {
    expect(schemaCost(fork(40)).nodes).toBeGreaterThan(2 ** 40)
    expect(schemaCost({ $ref: '#' }).nodes).toBe(Infinity)
    expect(schemaCost(mail).nodes).toBeLessThan(30)
    expect(schemaCost({ items: { uniqueItems: true } }).isQuadratic).toBe(true)
  })

  property.prop([fc.json(), fc.json()])('any schema and arguments are answered', (schema, text) => {
    const parameters: unknown = JSON.parse(schema)
    if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) return
    expect(() => check(calling(text), [tool({ ...parameters })])).not.toThrow()
  })
})

test('more schemas than it keeps are judged alike', () => {
  for (let i = 0; i < 600; i += 1) {
    const only = tool({ properties: { to: { const: i } } })
    expect(check(calling(`{"to":${i}}`), [only])).toBeUndefined()
    expect(check(calling('{"to":-1}'), [only])).toBe('arguments do not fit')
  }
})
