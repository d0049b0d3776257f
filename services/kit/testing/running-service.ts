import type { Build } from '../runtime/plan.ts'
import { runWith } from '../runtime/run-with.ts'
import type { TestMachinery } from './machinery.ts'

/** A service that runs inside a test. */
export interface RunningService {
  readonly httpUrl: string
  /** Settles when the service does. */
  readonly done: Promise<void>
  stop(): Promise<void>
}

/** Starts a service on test machinery; resolves when everything runs, rejects when the start fails. */
export const startService = async (
  name: string,
  build: Build,
  machinery: TestMachinery,
): Promise<RunningService> => {
  const started = Promise.withResolvers<string>()
  const done = runWith(name, build, machinery, ({ httpUrl }) => started.resolve(httpUrl))
  done.catch(started.reject)
  return {
    httpUrl: await started.promise,
    done,
    stop: async () => {
      machinery.stop()
      await done
    },
  }
}
