import { Transient } from '../../errors.ts'

/** Resolves after a while, or at once when the signal aborts. */
export const pause = (waitMs: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, waitMs)
    signal?.addEventListener('abort', end, { once: true })
  })

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** True when the work ended in time; its rejection passes. A signal that aborts ends the wait as well. */
export const endsWithin = async (
  work: Promise<unknown>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<boolean> => {
  const ended = new AbortController()
  const either = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])
  try {
    return await Promise.race([work.then(() => true), pause(limitMs, either).then(() => false)])
  } finally {
    ended.abort()
  }
}

/** A growing wait: doubles from `firstMs` to `mostMs`, and starts over after a success. */
export const growingWait = (firstMs: number, mostMs: number) => {
  let nextMs = firstMs
  return {
    wait: async (signal: AbortSignal): Promise<void> => {
      const waitMs = nextMs
      nextMs = Math.min(nextMs * 2, mostMs)
      await pause(waitMs, signal)
    },
    reset: (): void => {
      nextMs = firstMs
    },
  }
}

/** Tries until it works; between tries it waits longer each time. Throws what is not `Transient`, and anything once aborted. */
export const persistently = async <T>(
  attempt: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (error: Transient) => void,
): Promise<T> => {
  const waits = growingWait(100, 5000)
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Transient) || signal.aborted) throw error
      onFailure(error)
      await waits.wait(signal)
    }
  }
}
