import type { Life } from '../adapters/process/index.ts'
import { processLife } from '../adapters/process/index.ts'
import { StartFault } from '../errors.ts'
import { defaultMachinery } from './default-machinery.ts'
import type { Build } from './plan.ts'
import { runWith } from './run-with.ts'

const complaint = (service: string, error: unknown): string => {
  if (error instanceof StartFault) return `${service} can't start. ${error.message}`
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${service} can't go on. ${text}`
}

const runToEnd = async (service: string, build: Build, life: Life): Promise<number> => {
  try {
    await runWith(service, build, defaultMachinery(life))
    return 0
  } catch (error) {
    life.complain(complaint(service, error))
    return 1
  }
}

/**
 * Runs a service as this process: until a signal (exit 0 after a clean stop, 1 when that takes over 10 s), a start that
 * can't be (exit 1, with every wrong setting in one message) or a part that can't go on (exit 1: the supervisor restarts).
 */
export const run = async (service: string, build: Build): Promise<void> => {
  const life = processLife()
  life.exit(await runToEnd(service, build, life))
}
