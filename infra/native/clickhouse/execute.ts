import type { Engine } from './engine.ts'
import { raise } from './exception.ts'
import type { Plain, Statement } from './grammar.ts'
import { preamble, stringLiteral } from './preamble.ts'
import { readRows } from './read-rows.ts'
import { summaryOf } from './reply.ts'
import type { QueryRequest } from './request.ts'
import { rememberSettings } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import type { Slots } from './slots.ts'
import { type Run, textOf, type Work } from './work.ts'

/** What statements run on. */
export interface Machinery {
  readonly engine: Engine
  readonly slots: Slots
  readonly sessions: Sessions
}

const SETTING_VERBS = new Set(['SET', 'USE'])

/**
 * Runs one statement and answers it; waits for a slot first.
 * @throws ServerException as long as nothing has been answered
 */
export const execute = async (machinery: Machinery, work: Work): Promise<void> => {
  const slot = await machinery.slots.acquire(work.reply.gone)
  try {
    const lease = machinery.sessions.lease(work.request.session)
    try {
      const run = { ...work, engine: machinery.engine, connection: lease.connection, slot }
      await (lease.isSession ? inSession(run) : onItsOwn(run))
    } finally {
      lease.release()
    }
  } finally {
    slot.release()
  }
}

const prepare = async (run: Run, settings: QueryRequest['settings']): Promise<void> => {
  const { database, parameters, queryId } = run.request
  for (const sql of preamble({ database, parameters, settings, tag: queryId })) {
    await run.connection.run(sql, 'Null')
  }
}

const onItsOwn = async (run: Run): Promise<void> => {
  await prepare(run, run.request.settings)
  await byKind(run)
}

/** A request's settings end with its statement; the session's own stay. */
const inSession = async (run: Run): Promise<void> => {
  const { readonlyLevel } = run.request
  const settings = run.request.settings.filter(([name]) => name !== 'readonly')
  refuseWrites(run.statement, readonlyLevel)
  const restore = await rememberSettings(
    run.connection,
    settings.map(([name]) => name),
  )
  try {
    await prepare(run, settings)
    await byKind(run)
  } finally {
    await restore()
  }
}

/** The engine cannot take `readonly` back, so a session asks here. */
const refuseWrites = (statement: Statement, level: number): void => {
  if (level === 0 || statement.kind === 'read-rows') return
  if (statement.kind === 'plain' && level === 2 && SETTING_VERBS.has(statement.verb)) return
  throw raise('READONLY', 'Cannot execute query in readonly mode.')
}

const byKind = (run: Run): Promise<void> => {
  const { statement } = run
  if (statement.kind === 'read-rows') return readRows(run, statement)
  if (statement.kind === 'plain') return plain(run, statement)
  const path = stringLiteral(run.rowsPath ?? '')
  const hidden = [`FROM INFILE ${path} COMPRESSION 'none' `, ` (in file/uri ${run.rowsPath}):`]
  return insert(run, textOf(statement.fromFile(path)), hidden)
}

/** A write runs to its end whoever waits for it: a retry then meets a settled state. */
const insert = async (run: Run, sql: string, hidden: readonly string[]): Promise<void> => {
  const result = await run.connection.run(sql, 'Null', hidden)
  run.reply.begin({ format: undefined, summary: summaryOf(result, true), mayCompress: false })
  await run.reply.end()
}

const plain = async (run: Run, statement: Plain): Promise<void> => {
  const format = statement.format ?? run.request.defaultFormat
  const result = await run.connection.run(textOf(statement.text), format)
  const summary = summaryOf(result, false)
  const { mayCompress } = run.request
  run.reply.begin({ format: result.bytes.length > 0 ? format : undefined, summary, mayCompress })
  await run.reply.write(result.bytes)
  await run.reply.end()
}
