import { describe, expect, test } from 'vitest'
import type { RawRecord } from '#kit'
import { letterOf, unsendable } from './letter.ts'
import { isWhole, prove, redriven } from './proof.ts'

const source: RawRecord = {
  position: { topic: 'inference-logs', partition: 1, offset: 7n },
  key: Buffer.from('call-1'),
  value: Buffer.from('body of the call'),
  headers: { traceparent: Buffer.from('00-aa-bb-01') },
  timestampMs: 5,
}
const connect = (name: string) => `__connect.errors.${name}`
const letterWith = (change: Partial<RawRecord> = {}, headers: Record<string, string> = {}) => ({
  position: { topic: 'curator.dead-letters', partition: 0, offset: 3n },
  key: source.key,
  value: source.value,
  timestampMs: 9,
  ...change,
  headers: Object.fromEntries(
    Object.entries({
      traceparent: '00-aa-bb-01',
      [connect('topic')]: 'inference-logs',
      [connect('partition')]: '1',
      [connect('offset')]: '7',
      [connect('connector.name')]: 'curator.curate',
      [connect('exception.message')]: 'bug: TypeError',
      ...headers,
    }).map(([name, text]) => [name, Buffer.from(text)]),
  ),
})

describe('a letter', () => {
  test('is proved by the very record that it names', () => {
    expect(prove(letterWith(), source)).toEqual({ kind: 'proved' })
    expect(prove(letterWith(), undefined)).toEqual({ kind: 'gone' })
    expect(prove(letterWith({ key: Buffer.from('other') }), source)).toMatchObject({
      kind: 'false',
    })
    expect(prove(letterWith({ value: Buffer.from('forged') }), source).kind).toBe('false')
    expect(prove(letterWith({ value: null }), source).kind).toBe('false')
  })

  test('that was cut is proved by its beginning and the whole length', () => {
    const cut = (bytes: number, text: string) =>
      letterWith({ value: Buffer.from(text) }, { 'flywheel.truncated.from.bytes': String(bytes) })
    expect(prove(cut(16, 'body'), source).kind).toBe('proved')
    expect(prove(cut(17, 'body'), source).kind).toBe('false')
    expect(prove(cut(16, 'forged'), source).kind).toBe('false')
    expect([isWhole(cut(16, 'body')), isWhole(letterWith())]).toEqual([false, true])
  })

  test('of a record without a key carries its place as one', () => {
    const keyless = { ...source, key: null }
    const letter = letterWith({ key: Buffer.from('inference-logs/1/7') })
    expect(prove(letter, keyless).kind).toBe('proved')
    expect(redriven(letterOf('curator', letter), keyless).key).toBe('inference-logs/1/7')
  })

  test('goes back as the record it was, marked for the one that rejected it', () => {
    expect(redriven(letterOf('curator', letterWith()), source)).toEqual({
      topic: 'inference-logs',
      key: source.key,
      value: source.value,
      headers: {
        traceparent: source.headers['traceparent'],
        'flywheel.redrive.for': 'curator.curate',
        'flywheel.redrive.of': 'inference-logs/1/7',
        'flywheel.redrive.letter': 'curator.dead-letters/0/3',
      },
    })
  })

  test.each([
    [{ [connect('offset')]: 'x' }, 'its headers do not say where it came from'],
    [{ [connect('offset')]: '9'.repeat(30) }, 'its headers do not say where it came from'],
    [{ [connect('connector.name')]: 'promoter.promote' }, 'promoter.promote is not of curator'],
    [{ [connect('topic')]: '__consumer_offsets' }, '__consumer_offsets is no topic of ours'],
    [{ [connect('topic')]: 'promotions' }, 'promotions holds states, not events'],
  ])('is never sent where it must not go: %o', (headers, because) => {
    expect(unsendable(letterOf('curator', letterWith({}, headers)))).toBe(because)
  })

  test('that is in order may go', () => {
    expect(unsendable(letterOf('curator', letterWith()))).toBeUndefined()
  })
})
