import type { Door, DoorRoute } from '../door.ts'
import type { Running } from '../wired.ts'

/** Adds a path to the HTTP server; `flush` ends what its answers left to do. */
export const openDoor = (
  door: Door,
  { name, method, path, answer }: DoorRoute,
  flush: () => Promise<void> = async () => undefined,
): Running => {
  const stopped = Promise.withResolvers<void>()
  door.add({ name, method, path, answer })
  return {
    done: stopped.promise,
    ready: () => true,
    stop: async () => {
      await flush()
      stopped.resolve()
    },
  }
}
