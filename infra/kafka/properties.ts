import { readFileSync } from 'node:fs'

/** Parses a Java properties file of plain `key=value` lines; `#` begins a comment line. */
export const parseProperties = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const at = line.indexOf('=')
        if (at < 1) throw new SyntaxError(`not a property: ${line}`)
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      }),
  )

/** Writes properties as Java reads them. */
export const formatProperties = (properties: Readonly<Record<string, string | number>>): string =>
  Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** The broker settings that native stack and containers share. */
export const sharedBrokerProperties = (): Readonly<Record<string, string>> =>
  parseProperties(readFileSync(new URL('broker.properties', import.meta.url), 'utf8'))
