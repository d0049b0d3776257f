/** What a line of the log is about, as names and plain values. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** Writes one JSON line to stderr: stdout is kept for the line that says where the registry listens. */
export const logLine = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: LogFields = {},
) => {
  process.stderr.write(`${JSON.stringify({ level, time: Date.now(), message, ...fields })}\n`)
}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
