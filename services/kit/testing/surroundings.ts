import { promMetrics } from '../adapters/metrics/index.ts'
import type { Broker } from '../broker.ts'
import { ObjectConflict, ObjectMissing } from '../errors.ts'
import type { HttpOptions, HttpResponse, LogFields, Logger, ObjectStore } from '../outside.ts'
import type { Clock } from '../runtime/clock.ts'
import type { DoorRoute } from '../runtime/door.ts'
import { kitSettings } from '../runtime/kit-settings.ts'
import type { Surroundings } from '../runtime/wired.ts'
import { type Environment, readSettings } from '../settings.ts'
import { type MemoryCodec, memoryCodec } from './memory-codec.ts'

/** One line that was logged. */
export interface LogLine extends LogFields {
  readonly level: string
  readonly message: string
}

/** A log that keeps its lines. */
export const recordingLog = (lines: LogLine[], base: LogFields = {}): Logger => {
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ ...base, ...fields, level, message })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLog(lines, { ...base, ...fields }),
  }
}

/** A clock that jumps over every wait, one macrotask a wait. */
export interface JumpingClock extends Clock {
  readonly waitsMs: readonly number[]
}

/** Time that passes only by waiting for it. */
export const jumpingClock = (startMs = 0): JumpingClock => {
  const waitsMs: number[] = []
  let nowMs = startMs
  return {
    waitsMs,
    nowMs: () => nowMs,
    wait: async (ms) => {
      waitsMs.push(ms)
      nowMs += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** Objects in memory, write-once. */
export const memoryObjects = (): ObjectStore => {
  const objects = new Map<string, Buffer>()
  return {
    get: async (path) => {
      const found = objects.get(path)
      if (found === undefined) throw new ObjectMissing(path)
      return found
    },
    put: async (path, body) => {
      const bytes = Buffer.from(body)
      if (objects.get(path)?.equals(bytes) === false) throw new ObjectConflict(path)
      objects.set(path, bytes)
    },
    exists: async (path) => objects.has(path),
    remove: async (path) => {
      objects.delete(path)
    },
    list: async (prefix) => [...objects.keys()].filter((path) => path.startsWith(prefix)).sort(),
  }
}

/** What a test may look at and steer. */
export interface TestSurroundings extends Surroundings {
  readonly codec: MemoryCodec
  readonly lines: LogLine[]
  readonly routes: DoorRoute[]
  readonly asked: { readonly url: string; readonly options: HttpOptions }[]
}

/** What the outside answers to every request, unless a test says otherwise. */
export const httpAnswer = (status: number, body = ''): HttpResponse => ({
  status,
  headers: {},
  text: async () => body,
  json: async () => JSON.parse(body),
  chunks: (async function* () {
    yield Buffer.from(body)
  })(),
})

/** Surroundings in memory for one part of a service. */
export const testSurroundings = (
  broker: Broker,
  given: Partial<Surroundings> & {
    readonly environment?: Environment
    readonly answer?: (url: string) => HttpResponse
  } = {},
): TestSurroundings => {
  const { answer = () => httpAnswer(200), environment = {}, ...others } = given
  const lines: LogLine[] = []
  const routes: DoorRoute[] = []
  const asked: { readonly url: string; readonly options: HttpOptions }[] = []
  const objects = memoryObjects()
  const request = async (url: string, options: HttpOptions = {}): Promise<HttpResponse> => {
    asked.push({ url, options })
    return answer(url)
  }
  return {
    service: 'test',
    environment,
    settings: readSettings(kitSettings, environment),
    broker,
    log: recordingLog(lines),
    metrics: promMetrics({ process: false }),
    door: { add: (route) => routes.push(route) },
    http: { request },
    objects: () => objects,
    clickhouse: () => {
      throw new Error('this test has no ClickHouse')
    },
    clock: jumpingClock(),
    signal: new AbortController().signal,
    ...others,
    codec: memoryCodec(),
    lines,
    routes,
    asked,
  }
}
