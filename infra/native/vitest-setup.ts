import type { TestProject } from 'vitest/node'
import { type SharedStack, useStack } from './shared-stack.ts'
import type { StackAddresses } from './stack-parts.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the real stack answers; every test takes topics and tables of its own there. */
    readonly stack: StackAddresses
  }
}

let shared: SharedStack | undefined

/** Starts one native stack for all integration tests, or takes the one whose stack.json is named by FLYWHEEL_STACK. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  shared = await useStack()
  provide('stack', shared.addresses)
}

/** Ends the stack that `setup` started, data included. */
export const teardown = async (): Promise<void> => {
  await shared?.close()
}
