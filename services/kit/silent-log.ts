import type { Logger } from './outside.ts'

/** A log that says nothing, for programs that speak to a person. */
export const silentLog: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
}
