import { clickhouseHttp } from '../adapters/clickhouse/index.ts'
import { fileLayer } from '../adapters/files/index.ts'
import { httpClient } from '../adapters/http/index.ts'
import { pinoLogger } from '../adapters/log/index.ts'
import { promMetrics } from '../adapters/metrics/index.ts'
import { objectStore } from '../adapters/objects/index.ts'
import type { Life } from '../adapters/process/index.ts'
import { httpServer } from '../adapters/server/index.ts'
import { systemClock } from './clock.ts'
import type { Machinery } from './machinery.ts'

/** The real outside; heavy vendors are loaded when they are first needed. */
export const defaultMachinery = ({ environment, signal }: Life): Machinery => ({
  environment,
  signal,
  clock: systemClock,
  files: fileLayer,
  log: (service, { logLevel }) => pinoLogger({ service, level: logLevel }),
  metrics: () => promMetrics({ process: true }),
  server: httpServer,
  broker: async (
    service,
    {
      kafkaBrokers: brokers,
      kafkaMessageBytesMax: messageBytesMax,
      kafkaSessionTimeoutMs: sessionTimeoutMs,
    },
    log,
  ) => {
    const { kafkaBroker } = await import('../adapters/kafka/index.ts')
    return kafkaBroker({ brokers, clientId: service, messageBytesMax, sessionTimeoutMs, log })
  },
  codec: async (_service, { registryUrl }) => {
    const { registryCodec } = await import('../adapters/registry/index.ts')
    return registryCodec(registryUrl)
  },
  http: () => httpClient(),
  objects: ({ objectsUri }) => objectStore(objectsUri),
  clickhouse: (service, settings) =>
    clickhouseHttp({
      url: settings.clickhouseUrl,
      user: settings.clickhouseUser,
      password: settings.clickhousePassword,
      database: settings.clickhouseDatabase,
      application: `flywheel-${service}`,
    }),
})
