import { expect, test } from 'vitest'
import { Slots } from './slots.ts'

const forever = new AbortController().signal

test('hands a slot on in the order of asking', async () => {
  const slots = new Slots(['a', 'b'], 10)
  const [first, second] = [await slots.acquire(forever), await slots.acquire(forever)]
  const order: string[] = []
  const waiting = ['x', 'y'].map(async (name) => {
    const slot = await slots.acquire(forever)
    order.push(name)
    return slot
  })
  first.release()
  first.release()
  second.release()
  const held = await Promise.all(waiting)
  expect(order).toEqual(['x', 'y'])
  expect(new Set(held.map(({ pipe }) => pipe))).toEqual(new Set(['a', 'b']))
})

test('refuses one more than may wait', async () => {
  const slots = new Slots(['a'], 1)
  const held = await slots.acquire(forever)
  const waiting = slots.acquire(forever)
  await expect(slots.acquire(forever)).rejects.toMatchObject({ code: 202 })
  held.release()
  expect((await waiting).pipe).toBe('a')
})

test('forgets one who goes away', async () => {
  const slots = new Slots(['a'], 1)
  const held = await slots.acquire(forever)
  const leaving = new AbortController()
  const left = slots.acquire(leaving.signal)
  leaving.abort()
  await expect(left).rejects.toMatchObject({ code: 394 })
  const next = slots.acquire(forever)
  held.release()
  expect((await next).pipe).toBe('a')
})
