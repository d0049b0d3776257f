import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { quietIdleConnections } from './kafkajs-idle.ts'

interface Queue {
  pending: unknown[]
  throttledUntil: number
  push(request: object): void
  fulfillRequest(response: object): void
  destroy(): void
}

const newQueue = (): Queue => {
  const load = createRequire(import.meta.url)
  const RequestQueue = load('kafkajs/src/network/requestQueue/index.js')
  const logger = { debug: () => {}, warn: () => {} }
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, logger })
}

const request = (correlationId: number, sent: number[]) => ({
  entry: { correlationId, resolve: () => {}, reject: () => {} },
  expectResponse: true,
  sendRequest: () => sent.push(correlationId),
})

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('an idle connection has no timer, and a waiting request is still sent', () => {
  quietIdleConnections()
  const [queue, sent] = [newQueue(), [] as number[]]
  queue.push(request(1, sent))
  queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 })
  expect(vi.getTimerCount()).toBe(0)

  queue.throttledUntil = Date.now() + 50
  queue.push(request(2, sent))
  expect(sent).toEqual([1])
  vi.advanceTimersByTime(60)
  expect(sent).toEqual([1, 2])
  queue.fulfillRequest({ correlationId: 2, payload: null, size: 0 })
  expect(vi.getTimerCount()).toBe(0)
  queue.destroy()
})
