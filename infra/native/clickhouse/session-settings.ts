import type { EngineConnection } from './engine.ts'
import { stringLiteral } from './preamble.ts'

interface Held {
  readonly name: string
  readonly value: string
  readonly changed: number
}

const isHeld = (value: unknown): value is Held =>
  typeof value === 'object' && value !== null && 'name' in value && 'value' in value

/**
 * Notes what a session's settings are before a request changes them.
 * @returns what puts them back; it never throws, since the statement has had its answer
 */
export const rememberSettings = async (
  connection: EngineConnection,
  names: readonly string[],
): Promise<() => Promise<void>> => {
  if (names.length === 0) return async () => undefined
  const list = names.map(stringLiteral).join(', ')
  const { bytes } = await connection.run(
    `SELECT name, value, changed FROM system.settings WHERE name IN (${list})`,
    'JSONEachRow',
  )
  const lines = Buffer.from(bytes).toString().split('\n').filter(Boolean)
  const held = lines.map((line): unknown => JSON.parse(line)).filter(isHeld)
  const back = held.map(({ name, value, changed }) => {
    return `${name} = ${changed === 0 ? 'DEFAULT' : stringLiteral(value)}`
  })
  return async () => {
    if (back.length === 0) return
    await connection.run(`SET ${back.join(', ')}`, 'Null').catch(() => undefined)
  }
}
