import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StackAddresses } from './stack-parts.ts'
import { startStack } from './start-stack.ts'

/** A stack that tests share. */
export interface SharedStack {
  readonly addresses: StackAddresses
  /** Ends the stack and deletes its data, if it was started for us; one that was given stays. */
  readonly close: () => Promise<void>
}

const readGiven = (file: string): StackAddresses => {
  try {
    const { kafka, registry, clickhouse } = JSON.parse(readFileSync(file, 'utf8')) as StackAddresses
    return { kafka, registry, clickhouse }
  } catch (error) {
    throw new Error(`FLYWHEEL_STACK names ${file}, where no stack is announced`, { cause: error })
  }
}

/** The stack whose stack.json is named by FLYWHEEL_STACK, else one that is started in a temporary folder. */
export const useStack = async (
  environment: NodeJS.ProcessEnv = process.env,
): Promise<SharedStack> => {
  const given = environment['FLYWHEEL_STACK'] ?? ''
  if (given !== '') return { addresses: readGiven(given), close: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-test-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const stack = await startStack({ dataDir: folder, password: 'test' })
    const close = async () => {
      await stack.stop()
      remove()
    }
    const { kafka, registry, clickhouse } = stack
    return { addresses: { kafka, registry, clickhouse }, close }
  } catch (error) {
    remove()
    throw error
  }
}
