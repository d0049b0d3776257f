import { createRequire } from 'node:module'

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

const isQueueClass = (loaded: unknown): loaded is { readonly prototype: RequestQueue } =>
  typeof loaded === 'function' &&
  typeof loaded.prototype?.scheduleCheckPendingRequests === 'function'

let isQuiet = false

/**
 * Ends a busy loop of kafkajs 2.2.4, once a process: after every response it arms a timer at a time in the past, which Node
 * runs a millisecond later, for ever, on every connection (some 3% of a core each). The timer only looks at waiting requests,
 * and whoever adds one arms it again; so without one none is needed. Throws when kafkajs no longer has this method.
 */
export const quietTimers = (): void => {
  if (isQuiet) return
  const loaded: unknown = createRequire(import.meta.url)(
    'kafkajs/src/network/requestQueue/index.js',
  )
  if (!isQueueClass(loaded)) throw new Error('kafkajs has changed: its request queue is not known')
  const queue = loaded.prototype
  const schedule = queue.scheduleCheckPendingRequests
  queue.scheduleCheckPendingRequests = function scheduleIfPending(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this)
  }
  isQuiet = true
}
