import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '#kit'
import { nearMemory, nearTextsOf } from './near.ts'

/** Words that look random and are the same in every run. */
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) =>
    (((from + at + 1) * 2654435761) % 2 ** 31).toString(36),
  ).join(' ')
const freeText = (content: string): ChatMessage => ({ role: 'assistant', content })

/** Sends calls one by one, as the curator does; tells which are near-duplicates. */
const stream = () => {
  const memory = nearMemory(1000, 0.8)
  let offset = 0n
  const send = (
    asked: string,
    answer = 'yes',
    change: { servedBy?: string; workload?: string } = {},
  ) => {
    offset += 1n
    const example = { workload: 'mail', servedBy: 'production', ...change }
    const request = { messages: [{ role: 'user', content: asked }] as const }
    const label = answer.length < 20 ? answer : ''
    const sketch = memory.sketch(example, nearTextsOf(request, freeText(answer), label))
    const position = { partition: 0, offset }
    const isNear = sketch !== undefined && memory.nearest(sketch, position) >= memory.likenessMin
    if (sketch !== undefined && !isNear) memory.add(sketch, position)
    return isNear
  }
  for (let at = 0; at < 4; at += 1) send(words(100_000 + at * 1000, 80), 'first')
  return send
}

describe('a near-duplicate', () => {
  const text = words(0, 80)
  const copy = `${text} p.s.`

  test('has nearly the text of an earlier call, and the same choice', () => {
    const send = stream()
    expect([send(text), send(copy)]).toEqual([false, true])
    expect([send(copy, 'no'), send(words(500, 80))]).toEqual([false, false])
  })

  test('is compared within a workload and class of source', () => {
    const send = stream()
    send(text)
    expect(send(copy, 'yes', { servedBy: 'student:1' })).toBe(false)
    expect(send(copy, 'yes', { workload: 'other' })).toBe(false)
  })

  test('has a free answer that is alike, too', () => {
    const send = stream()
    expect([send(text, words(1, 60)), send(copy, words(700, 60))]).toEqual([false, false])
    expect(send(copy, `${words(1, 60)} indeed`)).toBe(true)
  })
})

describe('a long template', () => {
  const template = words(50_000, 300)
  const filled = (at: number): string => `${template} ${words(at * 100, 25)}`

  test('makes no duplicates of calls that differ in what fills it', () => {
    const send = stream()
    const near = Array.from({ length: 500 }, (_, at) => send(filled(at))).filter(Boolean)
    // Until it is known as a template, no more than these are taken for copies.
    expect(near.length).toBeLessThanOrEqual(6)
  })

  test('does not hide copies of what fills it', () => {
    const send = stream()
    for (let at = 0; at < 40; at += 1) send(filled(at))
    const near = Array.from({ length: 20 }, (_, at) => send(`${filled(at + 20)}.`)).filter(Boolean)
    expect(near.length).toBeGreaterThanOrEqual(18)
  })
})
