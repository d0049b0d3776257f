import { type Guard, makeGuard } from '../access/guard.ts'
import { openKeyRing } from '../access/key-ring.ts'
import { keyFile } from '../adapters/files/key-file.ts'
import { memoryRate } from '../adapters/rates/index.ts'
import type { Logger } from '../outside.ts'
import type { Clock } from './clock.ts'
import type { KitSettings } from './machinery.ts'
import type { Metrics } from './metrics.ts'

const loopback = /^(127[.]|localhost$|::1$)/

const rateOf = (perSecond: number) => (perSecond === 0 ? undefined : memoryRate(perSecond))

/** The guard of a service's HTTP server, as the settings say. Throws `StartFault` where its keys can't be used. */
export const serviceGuard = (
  service: string,
  settings: KitSettings,
  {
    metrics,
    log,
    clock,
  }: { readonly metrics: Metrics; readonly log: Logger; readonly clock: Clock },
): Guard => {
  const { apiKeysFile: path, apiKeysSecret: secret } = settings
  const keys =
    path === ''
      ? undefined
      : openKeyRing({ files: keyFile, path, secret, clock, metrics, log, service })
  return makeGuard({
    keys,
    requests: rateOf(settings.httpRequestsPerSecond),
    bytes: rateOf(settings.httpBytesPerSecond),
    bodiesBytesMax: settings.httpBodiesBytesMax,
    isLocal: loopback.test(settings.httpHost),
    service,
    metrics,
    log,
  })
}
