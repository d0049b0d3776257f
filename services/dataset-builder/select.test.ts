import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type HumanAnswer, type Outline, select } from './select.ts'
import { aLabel, anOutline } from './testing.ts'

const rules = {
  excludedFlags: ['rail:prompt-injection', 'truncated'],
  isForgotten: (subject: string) => subject === 'forgotten',
}
const student = (change: Partial<Outline> = {}): Outline =>
  anOutline({ servedBy: 'student:abc', ...change })
const choose = (rows: readonly Outline[], humans: readonly HumanAnswer[] = []) =>
  select(rows, humans, rules)

test('what production or a human answered may train', () => {
  const { chosen } = choose([
    anOutline(),
    anOutline({ requestId: 'r2', requestHash: 'h2', servedBy: 'human' }),
  ])
  expect(chosen.map(({ source }) => source)).toEqual(['production', 'human'])
})

test('no model trains on its own answers', () => {
  expect(choose([student(), student({ servedBy: '' })])).toEqual({
    chosen: [],
    filtered: { 'own answer': 2 },
  })
})

test('a student’s call counts once a human has answered it', () => {
  const { chosen } = choose([student()], [aLabel('r1', 'quarantine')])
  expect(chosen).toMatchObject([{ source: 'human', human: { value: 'quarantine' } }])
})

describe('a student’s call and its copy to the production model', () => {
  const call = student({ requestId: 'served', offset: 1, eventTimeMs: 9 })
  const copy = anOutline({ requestId: 'copy', parentId: 'served', offset: 2, eventTimeMs: 9 })

  test('are one request: the copy’s answer counts', () => {
    const { chosen, filtered } = choose([call, copy])
    expect(chosen.map(({ row }) => row.requestId)).toEqual(['copy'])
    expect(filtered).toEqual({ 'own answer': 1 })
  })

  test('share the human’s answer to the call', () => {
    const { chosen, filtered } = choose([call, copy], [aLabel('served', 'quarantine')])
    expect(chosen).toMatchObject([{ row: { requestId: 'copy' }, source: 'human' }])
    expect(filtered).toEqual({ 'same request': 1 })
  })
})

test('the last answer of a human on a call counts, and wins over production', () => {
  const labels = [aLabel('r1', 'quarantine', 1), aLabel('r1', 'deliver', 2)]
  expect(choose([anOutline()], labels).chosen).toMatchObject([{ human: { value: 'deliver' } }])
})

test.each([
  [{ flags: ['rail:prompt-injection'] }, 'flagged'],
  [{ flags: ['rail:prompt-injection:ignore-rules'] }, 'flagged'],
  [{ flags: ['truncated'] }, 'flagged'],
  [{ subject: 'forgotten' }, 'subject forgotten'],
  [{ redactionFailed: 'too-large' }, 'not redacted'],
])('%j is left out, even with a human’s answer', (change, reason) => {
  const { chosen, filtered } = choose([anOutline(change)], [aLabel('r1', 'deliver')])
  expect([chosen, filtered]).toEqual([[], { [reason]: 1 }])
})

test('a masked mail may train: only the named flags keep an example out', () => {
  expect(choose([anOutline({ flags: ['rail:pii'] })]).chosen).toHaveLength(1)
})

const rows = fc.uniqueArray(
  fc.record({
    hash: fc.nat(5),
    servedBy: fc.constantFrom('production', 'student:a', 'human'),
    time: fc.nat(3),
    offset: fc.nat(1000),
  }),
  { selector: ({ offset }) => offset, maxLength: 20 },
)
property.prop([rows, fc.array(fc.nat(1000)), fc.gen()])(
  'one example a request, every row accounted for, in any order',
  (those, labelled, gen) => {
    const outlines = those.map(({ hash, servedBy, time, offset }) =>
      anOutline({
        requestId: `r${offset}`,
        requestHash: `h${hash}`,
        servedBy,
        eventTimeMs: time,
        offset,
      }),
    )
    const humans = labelled.map((offset) => aLabel(`r${offset}`, 'deliver'))
    const shuffled = gen(() => fc.shuffledSubarray(outlines, { minLength: outlines.length }))
    const [one, other] = [choose(outlines, humans), choose(shuffled, humans)]
    const ids = (selection: typeof one) => selection.chosen.map(({ row }) => row.requestId).sort()
    expect(ids(other)).toEqual(ids(one))
    const hashes = one.chosen.map(({ row }) => row.requestHash)
    expect(new Set(hashes).size).toBe(hashes.length)
    const left = Object.values(one.filtered).reduce((sum, count) => sum + count, 0)
    expect(left + one.chosen.length).toBe(outlines.length)
  },
)
