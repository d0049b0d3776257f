import type { Engine, EngineConnection } from './engine.ts'
import { raise } from './exception.ts'
import type { Statement } from './grammar.ts'
import type { Reply } from './reply.ts'
import type { QueryRequest } from './request.ts'
import type { Slot } from './slots.ts'

/** A statement and all that its request says of it; `rowsPath` holds the rows of an INSERT. */
export interface Work {
  readonly request: QueryRequest
  readonly statement: Statement
  readonly rowsPath: string | undefined
  readonly reply: Reply
}

/** The work, with what it runs on. */
export interface Run extends Work {
  readonly engine: Engine
  readonly connection: EngineConnection
  readonly slot: Slot
}

/**
 * A statement as the text that the engine takes.
 * @param bytes one character a byte
 * @throws ServerException when they are not UTF-8: such a byte would silently become another
 */
export const textOf = (bytes: string): string => {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    throw raise('BAD_ARGUMENTS', 'The query is not UTF-8 text; send bytes by unhex() or as rows.')
  }
}
