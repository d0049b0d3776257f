import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { type Outside, predict, readPriceFile } from '#kit'
import { worldSettings } from '../settings.ts'
import type { World } from '../world.ts'
import { champions } from './champions.ts'
import { contextFrom } from './context-from.ts'

/** OpenAI's SDKs hold `/v1` in their base address; both forms are taken. */
export const completionsUrl = (base: string): string =>
  base.endsWith('/v1') ? `${base}/chat/completions` : `${base}/v1/chat/completions`

/** The caller of `upstream` has the time limit and tells it apart from a dead upstream; this one comes later. */
const graceMs = 5000

/** The real outside of the gateway. Prediction is synchronous, so its time is CPU time at most. */
export const gatewayWorld = async (outside: Outside): Promise<World> => {
  const settings = outside.settings(worldSettings)
  const { upstreamUrl, upstreamKey, upstreamAllowPrivate: allowPrivate } = settings
  const { studentsMax, championRetryMs: retryMs } = settings
  const authorization = upstreamKey === '' ? {} : { authorization: `Bearer ${upstreamKey}` }
  return {
    champions: await champions(outside, { studentsMax, retryMs }),
    answer: (student, text) => {
      const startedMs = performance.now()
      const { label, confidence } = predict(student, text)
      return { label, confidence, cpuMs: performance.now() - startedMs }
    },
    retrieve: contextFrom(outside, settings),
    upstream: (body, headers, signal, timeoutMs) =>
      outside.http.request(completionsUrl(upstreamUrl), {
        method: 'POST',
        headers: { ...headers, ...authorization },
        body,
        signal,
        allowPrivate,
        timeoutMs: timeoutMs + graceMs,
      }),
    prices: readPriceFile(worldSettings.prices.env, settings.prices),
    clockMs: () => performance.now(),
    timeout: (afterMs) => AbortSignal.timeout(afterMs),
    giveWay: () => setImmediate(),
  }
}
