import type { Engine, EngineConnection } from './engine.ts'
import { raise } from './exception.ts'
import type { SessionRequest } from './request.ts'

interface Session {
  readonly connection: EngineConnection
  isBusy: boolean
  expiry: NodeJS.Timeout | undefined
}

/** A connection for one statement. */
export interface Lease {
  readonly connection: EngineConnection
  /** Settings and temporary tables outlive the statement. */
  readonly isSession: boolean
  release(): void
}

/** Named sessions: each keeps one connection, for one statement at a time, until it times out. */
export class Sessions {
  readonly #engine: Engine
  readonly #sessions = new Map<string, Session>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /**
   * A connection of its own for a request without a session, else the session's.
   * @throws ServerException SESSION_IS_LOCKED while another statement runs in it, SESSION_NOT_FOUND
   *   when it had to exist
   */
  lease(request: SessionRequest | undefined): Lease {
    if (request === undefined) {
      const connection = this.#engine.connect()
      return { connection, isSession: false, release: () => connection.close() }
    }
    const session = this.#find(request)
    session.isBusy = true
    clearTimeout(session.expiry)
    const release = (): void => {
      session.isBusy = false
      session.expiry = setTimeout(() => this.#end(request.id), request.timeoutMs).unref()
    }
    return { connection: session.connection, isSession: true, release }
  }

  #find(request: SessionRequest): Session {
    const known = this.#sessions.get(request.id)
    if (known?.isBusy === true) {
      throw raise('SESSION_IS_LOCKED', `Session ${request.id} is locked by a concurrent client.`)
    }
    if (known !== undefined) return known
    if (request.mustExist) throw raise('SESSION_NOT_FOUND', `Session ${request.id} not found.`)
    const session = { connection: this.#engine.connect(), isBusy: false, expiry: undefined }
    this.#sessions.set(request.id, session)
    return session
  }

  #end(id: string): void {
    const session = this.#sessions.get(id)
    if (session === undefined || session.isBusy) return
    this.#sessions.delete(id)
    clearTimeout(session.expiry)
    session.connection.close()
  }

  /** Ends every session in which nothing runs. */
  close(): void {
    for (const id of [...this.#sessions.keys()]) this.#end(id)
  }
}
