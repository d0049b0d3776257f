import { pino } from 'pino'
import type { Logger } from '../../outside.ts'

/** How much to log, and where to. */
export interface LogOptions {
  readonly service: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** Where lines go; standard output unless set. */
  readonly write?: (line: string) => void
}

/** Fields that are never written out, wherever they stand up to two levels deep. */
const secrets = ['password', 'authorization', 'apiKey', 'api_key', 'token', 'secret', 'cookie']
const paths = secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** The part of pino that is used. */
interface Lines {
  readonly debug: (fields: object, message: string) => void
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
  readonly child: (fields: object) => Lines
}

const logger = (lines: Lines): Logger => ({
  debug: (fields, message) => lines.debug(fields, message),
  info: (fields, message) => lines.info(fields, message),
  warn: (fields, message) => lines.warn(fields, message),
  error: (fields, message) => lines.error(fields, message),
  child: (fields) => logger(lines.child(fields)),
})

/** JSON lines by pino, with secrets redacted. An `err` field is written with its class, message and stack. */
export const pinoLogger = ({ service, level, write }: LogOptions): Logger => {
  const options = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[redacted]' },
  }
  return logger(write === undefined ? pino(options) : pino(options, { write }))
}
