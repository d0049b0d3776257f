import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server in a process of its own, on a free port and a folder of its own. */
export interface DoorUnderTest {
  readonly url: string
  readonly dataDir: string
  readonly child: ChildProcess
  /** What it wrote to its standard error so far. */
  readonly complaints: () => string
  /** Ends it by this signal and waits; the folder stays. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Ends it, if it still runs, and removes the folder. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a server for a test.
 * @param env settings beside the port and the folder; `CLICKHOUSE_DATA_DIR` reopens a folder
 * @throws Error with its own complaint when it ends instead of listening
 */
export const startDoor = async (env: Record<string, string> = {}): Promise<DoorUnderTest> => {
  const dataDir = env['CLICKHOUSE_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'clickhouse-door-')))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      FLYWHEEL_PARENT_PIPE: '1',
      CLICKHOUSE_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const port = await portOf(child)
  if (port === undefined) {
    if (env['CLICKHOUSE_DATA_DIR'] === undefined) await rm(dataDir, { recursive: true })
    throw new Error(`The server did not start: ${complaints}`)
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    child,
    complaints: () => complaints,
    end,
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const portOf = async (child: ChildProcess): Promise<number | undefined> => {
  if (child.stdout === null) return undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line)
    if (typeof said === 'object' && said !== null && 'listening' in said)
      return Number(said.listening)
  }
  return undefined
}
