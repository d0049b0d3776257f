import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { EngineUnavailable } from './engine.ts'

/** A result on its way: the engine writes, and waits while nobody reads. */
export interface ResultPipe {
  readonly readable: Socket
  /** Call when the statement has settled: what is still in the pipe is read, then it ends. */
  finish(): void
}

/**
 * Makes `count` named pipes. Through one, any format streams with back-pressure, and a statement
 * starts off the event loop; the engine's own stream starts on it and repeats headers.
 */
export const makePipes = (folder: string, count: number): readonly string[] => {
  const paths = Array.from({ length: count }, (_, index) => join(folder, `result-${index}`))
  try {
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'pipe' })
  } catch (error) {
    throw new EngineUnavailable(`Cannot make named pipes with mkfifo in ${folder}: ${error}`)
  }
  return paths
}

/** Opens a pipe for one result. Our own writing end keeps it from ending before `finish`. */
export const openPipe = (path: string): ResultPipe => {
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writing = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const readable = new Socket({ fd: reading, readable: true, writable: false })
  readable.on('error', () => undefined)
  return { readable, finish: () => closeSync(writing) }
}
