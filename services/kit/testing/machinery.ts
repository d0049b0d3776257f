import { promMetrics } from '../adapters/metrics/index.ts'
import { httpServer } from '../adapters/server/index.ts'
import type { Broker } from '../broker.ts'
import type { ClickHouse, HttpOptions, HttpResponse } from '../outside.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Machinery } from '../runtime/machinery.ts'
import { type MemoryCodec, memoryCodec } from './memory-codec.ts'
import { httpAnswer, type LogLine, memoryObjects, recordingLog } from './surroundings.ts'

/** Machinery in memory, and what a test may look at. */
export interface TestMachinery extends Machinery {
  readonly lines: LogLine[]
  readonly asked: { readonly url: string; readonly options: HttpOptions }[]
  readonly memoryCodec: MemoryCodec
  /** Asks the service to stop. */
  readonly stop: () => void
}

const noClickhouse = (): ClickHouse => {
  throw new Error('this test has no ClickHouse')
}

/** Everything that a service reaches, in memory, but for its HTTP server: that one is real, on a free port. */
export const testMachinery = (broker: Broker, given: Partial<Machinery> = {}): TestMachinery => {
  const stopping = new AbortController()
  const lines: LogLine[] = []
  const asked: { readonly url: string; readonly options: HttpOptions }[] = []
  const codec = memoryCodec()
  const objects = memoryObjects()
  const request = async (url: string, options: HttpOptions = {}): Promise<HttpResponse> => {
    asked.push({ url, options })
    return httpAnswer(200)
  }
  return {
    environment: {},
    clock: systemClock,
    signal: stopping.signal,
    log: (service) => recordingLog(lines, { service }),
    metrics: () => promMetrics({ process: false }),
    server: httpServer,
    broker: async () => broker,
    codec: async () => codec,
    http: () => ({ request }),
    objects: () => objects,
    clickhouse: noClickhouse,
    ...given,
    lines,
    asked,
    memoryCodec: codec,
    stop: () => stopping.abort(),
  }
}
