import type { Entrance, Reply, ReplyStream, RouteRequest } from '../route.ts'

/** Where an answer goes: at once as a whole, or as a stream. */
export interface Answer {
  send(reply: Reply): void
  readonly stream: Pick<ReplyStream, 'start' | 'write'>
  /** Ends what `stream` began. */
  end(): void
  /** Aborts when the caller hangs up before the answer is complete. */
  readonly hungUp: AbortSignal
}

/** A path of the service's HTTP server. */
export interface DoorRoute extends Entrance {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `:name` for parameters. */
  readonly path: string
  /** Largest body in bytes; the server's own limit where it is not said. */
  readonly bodyBytesMax?: number
  readonly answer: (request: RouteRequest, answer: Answer) => Promise<void>
}

/** The service's HTTP server: health, readiness, metrics and routes. */
export interface Door {
  add(route: DoorRoute): void
}
