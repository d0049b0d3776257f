import type { Machinery, Server } from './machinery.ts'
import { serviceGuard } from './make-guard.ts'
import { withPatience } from './patience.ts'
import { type Build, makePlan, type Plan } from './plan.ts'
import type { Running, Surroundings, Wired } from './wired.ts'

const startingWaitMs = 2000

/** Tells a test or a supervisor that everything runs. */
export interface Started {
  /** Where health, readiness, metrics and routes are. */
  readonly httpUrl: string
}

interface Part {
  readonly name: string
  readonly running: Running
}

/** What stands already; `open` once everything does. */
interface State {
  open: boolean
  readonly parts: Part[]
}

interface Service {
  readonly plan: Plan
  readonly state: State
  readonly surroundings: Surroundings
  readonly server: Server
}

const makeServer = (plan: Plan, state: State, machinery: Machinery) => {
  const { service, log, living } = plan
  const { settings } = plan
  const metrics = machinery.metrics(service)
  const notReady = (): readonly string[] => [
    ...(state.open ? [] : ['starting or stopping']),
    ...living.notReady(),
    ...state.parts.filter(({ running }) => !running.ready()).map(({ name }) => name),
  ]
  const open = (): boolean => state.open
  const server = machinery.server({
    host: settings.httpHost,
    port: settings.httpPort,
    bodyBytesMax: settings.httpBodyBytesMax,
    receiveTimeoutMs: settings.httpReceiveTimeoutMs,
    connectionsMax: settings.httpConnectionsMax,
    guard: serviceGuard(service, settings, { metrics, log, clock: machinery.clock }),
    service,
    metrics,
    log,
    notReady,
    open,
  })
  return { metrics, server }
}

const makeService = async (plan: Plan, machinery: Machinery): Promise<Service> => {
  const { service, settings, log, living } = plan
  const { environment, clock, signal } = machinery
  const state: State = { open: false, parts: [] }
  const { metrics, server } = makeServer(plan, state, machinery)
  const surroundings: Surroundings = {
    service,
    environment,
    settings,
    log,
    metrics,
    clock,
    signal,
    door: server,
    http: living.http,
    objects: living.objects,
    clickhouse: living.outside.clickhouse,
    ...(machinery.files === undefined ? {} : { files: machinery.files }),
    broker: await machinery.broker(service, settings, log),
    codec: await machinery.codec(service, settings),
  }
  return { plan, state, surroundings, server }
}

const startParts = async (wireds: readonly Wired[], { state, surroundings }: Service) => {
  const starts = wireds.map(async (wired) => {
    const running = await wired.start(surroundings)
    // Heard once everything runs; a failure before that must not end the process unheard.
    running.done.catch(() => undefined)
    state.parts.push({ name: wired.name, running })
  })
  await Promise.all(starts)
}

const registerSchemas = async (
  wireds: readonly Wired[],
  { codec, clock, log, signal }: Surroundings,
): Promise<void> => {
  const outputs = [...new Set(wireds.flatMap((wired) => wired.outputs))]
  const watcher = {
    paused: (error: Error) => log.warn({ because: error.message }, 'waiting for the registry'),
    resumed: () => log.info({}, 'the registry answers'),
  }
  await withPatience(() => codec.register(outputs), clock, watcher, signal)
}

const start = async (service: Service): Promise<string> => {
  const { wireds, living } = service.plan
  const doors = wireds.filter((wired) => wired.isDoor === true)
  await startParts(doors, service)
  const httpUrl = await service.server.listen()
  await registerSchemas(wireds, service.surroundings)
  await living.start(service.surroundings)
  await startParts(
    wireds.filter((wired) => !doors.includes(wired)),
    service,
  )
  return httpUrl
}

const stop = async ({ state, server, plan, surroundings }: Service): Promise<void> => {
  state.open = false
  const isDoor = new Set(plan.wireds.filter((wired) => wired.isDoor).map(({ name }) => name))
  const stopSome = (parts: readonly Part[]) =>
    Promise.all(parts.map(({ running }) => running.stop()))
  const doors = async () => {
    await server.close()
    await stopSome(state.parts.filter(({ name }) => isDoor.has(name)))
  }
  const others = state.parts.filter(({ name }) => !isDoor.has(name))
  const stopped = await Promise.allSettled([doors(), stopSome(others)])
  await plan.living.close()
  await surroundings.broker.close()
  for (const each of stopped)
    if (each.status === 'rejected') plan.log.error({ err: each.reason }, 'a part stopped badly')
}

const untilAborted = (signal: AbortSignal): Promise<void> => {
  const aborted = Promise.withResolvers<void>()
  if (signal.aborted) aborted.resolve()
  signal.addEventListener('abort', () => aborted.resolve(), { once: true })
  return aborted.promise
}

/**
 * Runs a service until its signal aborts or a part of it can't go on. In this order: all settings, the HTTP server, the
 * schemas of what it writes, its views, its consumers. Throws `StartFault` before anything started, or what a part threw.
 */
export const runWith = async (
  name: string,
  build: Build,
  machinery: Machinery,
  onStarted: (started: Started) => void = () => undefined,
): Promise<void> => {
  const service = await makeService(await makePlan(name, build, machinery), machinery)
  const { state, plan } = service
  const aborted = untilAborted(machinery.signal)
  const starting = start(service)
  try {
    const httpUrl = await Promise.race([starting, aborted])
    if (httpUrl === undefined) {
      await Promise.race([starting, machinery.clock.wait(startingWaitMs)]).catch(() => undefined)
      return
    }
    state.open = true
    plan.log.info({ httpUrl, parts: plan.wireds.map((wired) => wired.name) }, 'started')
    onStarted({ httpUrl })
    await Promise.race([aborted, ...state.parts.map(({ running }) => running.done)])
  } finally {
    await stop(service)
  }
}
