import { setTimeout as delay } from 'node:timers/promises'
import type { Engine, EngineResult } from './engine.ts'
import { ServerException } from './exception.ts'
import type { ReadRows } from './grammar.ts'
import { openPipe } from './pipe.ts'
import { stringLiteral } from './preamble.ts'
import { summaryOf } from './reply.ts'
import { type Run, textOf } from './work.ts'

/** Bytes that are kept back before the headers go: an early failure still gets its own status. */
const HELD_BACK_BYTES = 64 * 1024
const CANCEL_AGAIN_MS = 200
/** A syntax error stands in the text that its author wrote, so that text is what must be parsed. */
const SYNTAX_ERROR = 62

/** Runs the statement with its result going into the pipe. */
const runInto = async (run: Run, statement: ReadRows, format: string): Promise<EngineResult> => {
  const target = `INTO OUTFILE ${stringLiteral(run.slot.pipe)} TRUNCATE `
  const clause = `${target}FORMAT ${format}`
  const sql = textOf(`${statement.before}\n${clause}${statement.after}`)
  try {
    return await run.connection.run(sql, format, [statement.format === undefined ? clause : target])
  } catch (error) {
    if (!(error instanceof ServerException) || error.code !== SYNTAX_ERROR) throw error
    const own = statement.format === undefined ? '' : ` FORMAT ${format}`
    return run.connection.run(textOf(`${statement.before}${own}${statement.after}`), format)
  }
}

/** Streams a result; a client that goes away cancels it. */
export const readRows = async (run: Run, statement: ReadRows): Promise<void> => {
  const { slot, reply, engine, request } = run
  const format = statement.format ?? request.defaultFormat
  const pipe = openPipe(slot.pipe)
  const state = { isSettled: false }
  const settled = runInto(run, statement, format).finally(() => {
    state.isSettled = true
    pipe.finish()
  })
  settled.catch(() => undefined)
  const stop = (): void => {
    pipe.readable.destroy()
    cancelUntil(engine, request.queryId, state).catch(() => undefined)
  }
  if (reply.gone.aborted) stop()
  reply.gone.addEventListener('abort', stop, { once: true })
  try {
    await send(run, format, pipe.readable, settled)
  } catch (error) {
    throw reply.gone.aborted ? reply.gone.reason : error
  } finally {
    reply.gone.removeEventListener('abort', stop)
    if (!state.isSettled) stop()
    await settled.catch(() => undefined)
    pipe.readable.destroy()
  }
}

/** A statement that has not quite started yet cannot be cancelled: try until it has settled. */
const cancelUntil = async (
  engine: Engine,
  tag: string,
  state: { readonly isSettled: boolean },
): Promise<void> => {
  while (!state.isSettled) {
    await engine.cancel(tag)
    await delay(CANCEL_AGAIN_MS)
  }
}

const send = async (
  run: Run,
  format: string,
  rows: AsyncIterable<Buffer>,
  settled: Promise<EngineResult>,
): Promise<void> => {
  const { reply, request } = run
  const opening = { format, mayCompress: request.mayCompress }
  const held: Buffer[] = []
  const limitBytes = request.isBuffered ? Number.POSITIVE_INFINITY : HELD_BACK_BYTES
  let heldBytes = 0
  for await (const chunk of rows) {
    if (reply.hasBegun) {
      await reply.write(chunk)
      continue
    }
    held.push(chunk)
    heldBytes += chunk.length
    if (heldBytes < limitBytes) continue
    reply.begin({ ...opening, summary: undefined })
    await reply.write(Buffer.concat(held))
  }
  const result = await settled
  if (!reply.hasBegun) {
    reply.begin({ ...opening, summary: summaryOf(result, false) })
    await reply.write(Buffer.concat(held))
  }
  await reply.write(result.bytes)
  await reply.end()
}
