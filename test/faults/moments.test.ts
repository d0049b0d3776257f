import { expect, test } from 'vitest'
import { Moments } from './moments.ts'

test('a strike comes once, at the point and the count that were chosen', () => {
  const moments = new Moments()
  let strikes = 0
  moments.arm('insert asked', 3, () => {
    strikes += 1
  })
  moments.reach('insert asked')
  moments.reach('insert answered', 10)
  moments.reach('insert asked')
  expect(strikes).toBe(0)
  moments.reach('insert asked')
  moments.reach('insert asked')
  expect(strikes).toBe(1)
  expect(moments.strikeLate()).toBe(0)
})

test('many records reach a count together, and what never came strikes late', () => {
  const moments = new Moments()
  const struck: string[] = []
  moments.arm('records acknowledged', 25, () => struck.push('records'))
  moments.arm('commit asked', 1, () => struck.push('commit'))
  moments.reach('records acknowledged', 20)
  expect(struck).toEqual([])
  moments.reach('records acknowledged', 20)
  expect(struck).toEqual(['records'])
  expect(moments.strikeLate()).toBe(1)
  expect(struck).toEqual(['records', 'commit'])
})
