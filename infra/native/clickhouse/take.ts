import type { IncomingMessage } from 'node:http'
import { readForm, readHead, type SpooledRows, spoolRows } from './body.ts'
import { raise } from './exception.ts'
import type { Statement } from './grammar.ts'
import { type QueryRequest, readRequest, searchOf } from './request.ts'
import { classify } from './statement.ts'
import { hasStraySemicolon } from './values.ts'

/** ClickHouse's default of the setting `max_query_size`. */
const MAX_QUERY_SIZE_BYTES = 262_144

/** A request whose body has been read; `rows` of an INSERT wait in a file. */
export interface Taken {
  readonly request: QueryRequest
  readonly statement: Statement
  readonly rows: SpooledRows | undefined
}

/**
 * Reads the body: the rest of the query, rows for it, or a form.
 * @param spool the folder for rows
 * @throws ServerException for a statement that this server refuses; an error when the client goes away
 */
export const take = async (
  spool: string,
  http: IncomingMessage,
  given: QueryRequest,
): Promise<Taken> => {
  const type = http.headers['content-type'] ?? ''
  if (type.startsWith('multipart/form-data')) {
    const from = searchOf(http)
    for (const [name, value] of await readForm(http, type)) from.append(name, value)
    const request = readRequest(http, from, given.queryId)
    const statement = classify(Buffer.from(request.query).toString('latin1'))
    if (statement.kind !== 'insert-rows') return { request, statement, rows: undefined }
    throw raise(
      'NOT_IMPLEMENTED',
      'INSERT from a form is not supported: send the rows as the body.',
    )
  }
  return takeText(spool, http, given)
}

const maxQuerySizeOf = (request: QueryRequest): number => {
  const asked = request.settings.find(([name]) => name === 'max_query_size')?.[1]
  return Math.max(MAX_QUERY_SIZE_BYTES, Number(asked) || 0)
}

const takeText = async (
  spool: string,
  http: IncomingMessage,
  request: QueryRequest,
): Promise<Taken> => {
  const limitBytes = maxQuerySizeOf(request)
  const head = await readHead(http, limitBytes)
  const query = Buffer.from(request.query)
  const isBoth = query.length > 0 && head.bytes.length > 0
  const bytes = isBoth
    ? Buffer.concat([query, Buffer.from('\n'), head.bytes])
    : Buffer.concat([query, head.bytes])
  const all = bytes.toString('latin1')
  const statement = classify(all)
  if (statement.kind !== 'insert-rows') {
    if (head.isWhole) return { request, statement, rows: undefined }
    const message = `Syntax error: failed at position ${limitBytes}. Max query size exceeded (can be increased with the max_query_size setting).`
    throw raise('SYNTAX_ERROR', message)
  }
  const first = bytes.subarray(statement.dataAt)
  if (
    statement.format === 'Values' &&
    head.isWhole &&
    hasStraySemicolon(first.toString('latin1'))
  ) {
    const message = 'Cannot read data after semicolon (and not at the end of the rows).'
    throw raise('CANNOT_PARSE_INPUT_ASSERTION_FAILED', message)
  }
  return { request, statement, rows: await spoolRows(spool, first, head.rest) }
}
