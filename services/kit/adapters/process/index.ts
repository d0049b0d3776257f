/** This process as a service needs it. */
export interface Life {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts at SIGINT, SIGTERM, and when a supervisor that asked for it dies. */
  readonly signal: AbortSignal
  /** Prints a message for a person, without a stack. */
  readonly complain: (message: string) => void
  readonly exit: (code: number) => void
}

const stopWithinMs = 10_000

/**
 * Ties a service to its process. The first signal asks it to stop within 10 s, the second ends it at once. With
 * `FLYWHEEL_PARENT_PIPE=1` it also stops when standard input closes: its supervisor was killed.
 */
export const processLife = (): Life => {
  const stop = new AbortController()
  const ask = (): void => {
    if (stop.signal.aborted) process.exit(1)
    stop.abort()
    setTimeout(() => process.exit(1), stopWithinMs).unref()
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, ask)
  if (process.env['FLYWHEEL_PARENT_PIPE'] === '1') {
    const orphaned = (): void => {
      if (!stop.signal.aborted) ask()
    }
    process.stdin.on('end', orphaned).on('close', orphaned).on('error', orphaned).resume()
  }
  return {
    environment: process.env,
    signal: stop.signal,
    complain: (message) => process.stderr.write(`${message}\n`),
    exit: (code) => process.exit(code),
  }
}
