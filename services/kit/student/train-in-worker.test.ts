import { expect, test } from 'vitest'
import { Unteachable } from './corpus.ts'
import { predict } from './model.ts'
import { someRequests } from './testing.ts'
import { trainStudent } from './train.ts'
import { trainInWorker } from './train-in-worker.ts'

const examples = someRequests(200, { seed: 3 })
const options = { examples, answers: { bill: '{}' }, seed: 4 }
const calm = new AbortController().signal

test('a thread trains the same student and tells how far it is', async () => {
  const shares: number[] = []
  const trained = await trainInWorker(options, calm, (share) => shares.push(share))
  expect(trained).toEqual(trainStudent(options))
  expect(predict(trained.model, 'invoice overdue').label).toBe('bill')
  expect(shares.at(-1)).toBe(1)
})

test('data that can’t be taught is told as such', async () => {
  const alike = { ...options, examples: examples.map((one) => ({ ...one, label: 'same' })) }
  await expect(trainInWorker(alike, calm)).rejects.toThrow(Unteachable)
})

test('a fault of our own comes through', async () => {
  const broken = { ...options, seed: 0.5 }
  await expect(trainInWorker(broken, calm)).rejects.toThrow('A seed is an integer')
})

test('abort stops it at once, before and while it trains', async () => {
  const reason = new Error('enough')
  await expect(trainInWorker(options, AbortSignal.abort(reason))).rejects.toBe(reason)
  const controller = new AbortController()
  const long = { ...options, folds: 100 }
  const shares: number[] = []
  const training = trainInWorker(long, controller.signal, (share) => {
    shares.push(share)
    controller.abort(reason)
  })
  await expect(training).rejects.toBe(reason)
  expect(shares.length).toBeLessThan(100)
})
