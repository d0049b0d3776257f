import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type Stack, type StackAddresses, startStack } from './start-stack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the real stack answers; every test takes topics and tables of its own there. */
    readonly stack: StackAddresses
  }
}

let stack: Stack | undefined
let folder: string | undefined

/** Starts one native stack for all integration tests, or takes the one whose stack.json is named by FLYWHEEL_STACK. */
export const setup = async ({ provide }: TestProject): Promise<void> => {
  const given = process.env['FLYWHEEL_STACK']
  if (given !== undefined) {
    provide('stack', JSON.parse(readFileSync(given, 'utf8')) as StackAddresses)
    return
  }
  folder = mkdtempSync(join(tmpdir(), 'flywheel-test-'))
  stack = await startStack({ dataDir: folder, password: 'test' })
  const { kafka, registry, clickhouse } = stack
  provide('stack', { kafka, registry, clickhouse })
}

/** Ends the stack that `setup` started, data included. */
export const teardown = async (): Promise<void> => {
  await stack?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
