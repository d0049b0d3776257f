import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { MakeRate, Taken } from '../../access/rates.ts'

const takenOf = (granted: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Taken => ({
  granted,
  remaining: Math.max(0, remainingPoints),
  waitMs: msBeforeNext,
})

/** Rates in this process's memory, in windows of a second. */
export const memoryRate: MakeRate = (perSecond) => {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: 1 })
  return {
    perSecond,
    take: async (key) => {
      try {
        return takenOf(true, await limiter.consume(key))
      } catch (error) {
        if (error instanceof RateLimiterRes) return takenOf(false, error)
        throw error
      }
    },
    charge: async (key, amount) => {
      const { consumedPoints } = await limiter.penalty(key, amount)
      if (consumedPoints > perSecond)
        await limiter.block(key, Math.ceil(consumedPoints / perSecond))
    },
    owesMs: async (key) => {
      const found = await limiter.get(key)
      return found !== null && found.consumedPoints > perSecond ? found.msBeforeNext : 0
    },
  }
}
