import { setTimeout as sleep } from 'node:timers/promises'

/** One chat call and how it went. */
export interface CallAnswer {
  readonly status: number
  readonly servedBy: string
  readonly body: string
}

const triesMax = 60

/** Posts JSON; tries again while the other side is away or says that it can't now, always under the same id. */
export const postPatiently = async (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<CallAnswer> => {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
      const text = await answer.text()
      if (answer.status < 500 || tries >= triesMax)
        return {
          status: answer.status,
          servedBy: answer.headers.get('x-flywheel-served-by') ?? '',
          body: text,
        }
    } catch (error) {
      if (tries >= triesMax) throw error
    }
    await sleep(Math.min(2000, 100 * tries))
  }
}

/** Runs a task for every item, some at a time, in order of the list. */
export const forEachOf = async <T>(
  items: readonly T[],
  atATime: number,
  task: (item: T, index: number) => Promise<void>,
): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      await task(items[index] as T, index)
    }
  }
  await Promise.all(Array.from({ length: atATime }, lane))
}
