import type { Entrance } from '../../route.ts'
import type { Door, DoorRoute } from '../door.ts'
import type { Running } from '../wired.ts'

/** What a definition says of its path; `S` are its settings. */
interface Definition<S> extends Entrance {
  readonly name: string
  readonly method: DoorRoute['method']
  readonly path: string
  readonly bodyBytesMax?: (settings: S) => number
}

const doorRoute = <S>(
  { name, method, path, rawBody = false, scope, bodyBytesMax }: Definition<S>,
  settings: S,
  answer: DoorRoute['answer'],
): DoorRoute => ({
  name,
  method,
  path,
  rawBody,
  answer,
  ...(scope === undefined ? {} : { scope }),
  ...(bodyBytesMax === undefined ? {} : { bodyBytesMax: bodyBytesMax(settings) }),
})

/** Adds a path to the HTTP server; `flush` ends what its answers left to do. */
export const openDoor = <S>(
  door: Door,
  definition: Definition<S>,
  settings: S,
  answer: DoorRoute['answer'],
  flush: () => Promise<void> = async () => undefined,
): Running => {
  const stopped = Promise.withResolvers<void>()
  door.add(doorRoute(definition, settings, answer))
  return {
    done: stopped.promise,
    ready: () => true,
    stop: async () => {
      await flush()
      stopped.resolve()
    },
  }
}
