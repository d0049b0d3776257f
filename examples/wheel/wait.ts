import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again until the answer satisfies; a neighbour that is down meanwhile is asked again. */
export const waitUntil = async <T>(
  what: string,
  ask: () => Promise<T>,
  enough: (answer: T) => boolean,
  { timeoutMs = 120_000, intervalMs = 200, onAnswer = (_: T): void => {} } = {},
): Promise<T> => {
  const deadlineMs = Date.now() + timeoutMs
  let last = 'no answer yet'
  while (Date.now() < deadlineMs) {
    try {
      const answer = await ask()
      onAnswer(answer)
      if (enough(answer)) return answer
      last = JSON.stringify(answer)
    } catch (error) {
      last = String(error)
    }
    await sleep(intervalMs)
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}; last answer: ${last.slice(0, 500)}`)
}
