import { readFileSync } from 'node:fs'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { StartFault } from '../errors.ts'
import {
  chatChunks,
  chatResponse,
  computeCostUsd,
  costUsd,
  countTokens,
  eventStreamOf,
  parseChatRequest,
  parseChatResponse,
  pathPart,
  readPrices,
  requestTokens,
} from './index.ts'

const completion = {
  id: 'chatcmpl-1',
  model: 'm',
  message: {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'deliver', arguments: '{}' } }],
  },
  createdAtMs: 1_700_000_000_999,
  usage: { promptTokens: 7, completionTokens: 2 },
} as const

describe('a served answer', () => {
  test('is a chat completion that reads back', () => {
    const read = parseChatResponse(JSON.stringify(chatResponse(completion)))
    expect(read).toMatchObject({
      response: { id: 'chatcmpl-1', message: completion.message, finishReason: 'tool_calls' },
    })
    expect(read).toMatchObject({ response: { usage: completion.usage } })
  })

  test('streams as chunks that add up to it', () => {
    const chunks = chatChunks(completion, true)
    expect(chunks.map(({ object }) => object)).toEqual(Array(4).fill('chat.completion.chunk'))
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 9 } })
    expect(chunks[1]).toMatchObject({ choices: [{ delta: { tool_calls: [{ index: 0 }] } }] })
    expect(chunks[2]).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] })
    expect(chatChunks(completion, false)).toHaveLength(3)
  })

  test('ends its event stream as OpenAI does', () => {
    expect(eventStreamOf([{ a: 1 }])).toBe('data: {"a":1}\n\ndata: [DONE]\n\n')
  })
})

describe('tokens', () => {
  test('are those of o200k_base', () => {
    expect(countTokens('')).toBe(0)
    expect(countTokens('hello world')).toBe(2)
  })
  test('of text that looks like a special token are counted as text', () => {
    expect(countTokens('<|endoftext|>')).toBeGreaterThan(1)
  })
  test('of a long text are those of its parts', () => {
    expect(countTokens('hello world '.repeat(1000))).toBe(2001)
  })
  test('of a long unbroken run are counted without getting stuck', () => {
    expect(countTokens('a'.repeat(50_000))).toBeGreaterThan(1000)
  })
  property.prop([fc.string({ unit: 'binary', maxLength: 6000 })])('never throw', (text) => {
    expect(countTokens(text)).toBeGreaterThanOrEqual(text === '' ? 0 : 1)
  })
  test('of a request follow OpenAI’s published count of a chat', () => {
    const read = parseChatRequest({ messages: [{ role: 'user', content: 'hello world' }] })
    if ('fault' in read) throw new Error(read.fault)
    expect(requestTokens(read.request)).toBe(3 + 3 + 1 + 2)
  })
})

describe('prices', () => {
  const prices = readPrices(
    readFileSync(new URL('../../../infra/prices.yaml', import.meta.url), 'utf8'),
  )
  test('of the file that ships are a million tokens’ each', () => {
    expect(costUsd('gpt-4o', 1_000_000, 100_000, prices)).toBeCloseTo(3.5, 10)
    expect(costUsd('gpt-4o-2024-08-06', 1_000_000, 0, prices)).toBeCloseTo(2.5, 10)
  })
  test('of a student are nothing for tokens and something for time', () => {
    expect(costUsd('student:abc', 1_000, 1_000, prices)).toBe(0)
    expect(computeCostUsd(3_600_000, prices)).toBe(prices.compute.cpuHourUsd)
  })
  test('of an unknown model are unknown, not nothing', () => {
    expect(costUsd('mystery', 1, 1, prices)).toBeNull()
    expect(costUsd('constructor', 1, 1, prices)).toBeNull()
  })
  test.each([
    ['models: [', 'not YAML'],
    ['models: {}', 'compute'],
    ['models: {m: {inputPerMillionUsd: -1, outputPerMillionUsd: x, source: s}}', 'models.m'],
  ])('that do not fit stop the start: %#', (yaml, fault) => {
    expect(() => readPrices(yaml)).toThrow(StartFault)
    expect(() => readPrices(yaml)).toThrow(fault)
  })
})

describe('a part of a path', () => {
  test('is the name itself where that is safe', () => {
    expect(pathPart('mail-triage')).toBe('mail-triage')
  })
  property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])(
    'is always safe and never shared',
    (left, right) => {
      expect(pathPart(left)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9._~-]*$/)
      if (left.toWellFormed() !== right.toWellFormed()) {
        expect(pathPart(left)).not.toBe(pathPart(right))
      }
    },
  )
  test.each(['..', '../../etc', '.', '', '/', 'a/b', 'a\\b', '-rf'])(
    'of %j leads nowhere else',
    (name) => {
      expect(pathPart(name)).toMatch(/^[a-zA-Z0-9~-]+$/)
    },
  )
})
