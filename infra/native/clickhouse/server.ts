import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { authenticate } from './auth.ts'
import { emptySpool } from './body.ts'
import { openEngine } from './engine.ts'
import { fromEngine, raise } from './exception.ts'
import { execute, type Machinery } from './execute.ts'
import { makePipes } from './pipe.ts'
import { playPage } from './play.ts'
import { Reply } from './reply.ts'
import { type QueryRequest, queryIdOf, readRequest, searchOf } from './request.ts'
import { Sessions } from './sessions.ts'
import { type DoorSettings, foldersOf } from './settings.ts'
import { Slots } from './slots.ts'
import { take } from './take.ts'

/** A running server. */
export interface Door {
  readonly port: number
  /** Lets running statements finish for a moment, cancels what only reads, and closes the data. */
  stop(): Promise<void>
}

const FINISH_MS = 3_000
const DISPLAY_NAME = 'flywheel'

/** A statement from its arrival to the end of its answer. */
interface Running {
  readonly reply: Reply
  readonly ended: Promise<void>
}

interface House extends Machinery {
  readonly settings: DoorSettings
  readonly running: Map<string, Running>
  readonly stopping: AbortController
}

/**
 * Opens the data and listens.
 * @throws EngineUnavailable without an engine for this platform or while the data is in use
 */
export const openDoor = async (settings: DoorSettings): Promise<Door> => {
  const folders = foldersOf(settings.dataDir)
  const engine = await openEngine(folders.engine, settings.maxMemoryBytes)
  await emptySpool(folders.spool)
  const pipes = makePipes(folders.spool, settings.maxConcurrentQueries)
  const house: House = {
    engine,
    settings,
    slots: new Slots(pipes, settings.maxWaitingQueries),
    sessions: new Sessions(engine),
    running: new Map(),
    stopping: new AbortController(),
  }
  const server = createServer((request, response) => {
    route(house, request, response).catch(() => response.destroy())
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return { port, stop: () => stop(house, server) }
}

const settle = async (house: House): Promise<void> => {
  const all = [...house.running.values()].map(({ ended }) => ended)
  const given = new AbortController()
  const limit = delay(FINISH_MS, undefined, { signal: given.signal }).catch(() => undefined)
  await Promise.race([Promise.allSettled(all), limit])
  given.abort()
}

const stop = async (house: House, server: Server): Promise<void> => {
  house.stopping.abort()
  server.close()
  server.closeIdleConnections()
  await settle(house)
  for (const { reply } of house.running.values()) reply.cancel()
  await settle(house)
  server.closeAllConnections()
  if (house.running.size > 0) return
  house.sessions.close()
  house.engine.close()
}

const text = (
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain',
): void => {
  response.writeHead(status, { 'Content-Type': `${type}; charset=UTF-8` })
  response.end(body)
}

const route = async (
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/ping' || pathname === '/replicas_status') return text(response, 200, 'Ok.\n')
  if (pathname === '/play') return text(response, 200, playPage, 'text/html')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const from = searchOf(request)
  if (pathname !== '/' && pathname !== '/query') {
    return text(response, 404, `There is no handle ${pathname}\n\nUse / or /ping or /play.\n`)
  }
  if (isRead && !from.has('query')) return text(response, 200, 'Ok.\n')
  const queryId = queryIdOf(from)
  const { version, timezone } = house.engine
  const reply = new Reply(
    request,
    response,
    { version, timezone, displayName: DISPLAY_NAME },
    queryId,
  )
  try {
    await answer(house, request, reply, readRequest(request, from, queryId))
  } catch (error) {
    await reply.fail(fromEngine(error))
  }
}

const answer = async (
  house: House,
  http: IncomingMessage,
  reply: Reply,
  request: QueryRequest,
): Promise<void> => {
  authenticate(request.credentials, house.settings)
  const { queryId } = request
  if (house.stopping.signal.aborted) throw raise('ABORTED', 'Server is shutting down.')
  if (house.running.has(queryId)) {
    const message = `Query with id = ${queryId} is already running.`
    throw raise('QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', message)
  }
  const ended = takeAndExecute(house, http, reply, request)
  house.running.set(queryId, { reply, ended })
  try {
    await ended
  } finally {
    house.running.delete(queryId)
  }
}

const takeAndExecute = async (
  house: House,
  http: IncomingMessage,
  reply: Reply,
  request: QueryRequest,
): Promise<void> => {
  const taken = await take(foldersOf(house.settings.dataDir).spool, http, request)
  try {
    await execute(house, { ...taken, rowsPath: taken.rows?.path, reply })
  } finally {
    await taken.rows?.remove()
  }
}
