import { setTimeout as sleep } from 'node:timers/promises'
import { signalGroup } from '../../../infra/native/process-identity.ts'
import type { InsertRule } from '../ground/rules.ts'
import type { Strike } from './kind.ts'

/** SIGKILL; the stack's supervisor starts it again. */
export const killedClickHouse: Strike = async ({ stack }) => {
  const child = stack.child('clickhouse')
  const [pid, restarts] = [child.pid(), child.restarts()]
  if (pid === undefined) return
  signalGroup(pid, 'SIGKILL')
  await child.whenReady(restarts + 1)
}

/** SIGSTOP for 1 to 5 s, amid whatever it was doing. */
export const hungClickHouse: Strike = async ({ stack }, { lastsMs }) => {
  const pid = stack.child('clickhouse').pid()
  if (pid === undefined) return
  signalGroup(pid, 'SIGSTOP')
  await sleep(1000 + 2 * lastsMs)
  signalGroup(pid, 'SIGCONT')
}

const refusals = [
  [243, 'NOT_ENOUGH_SPACE'],
  [252, 'TOO_MANY_PARTS'],
  [241, 'MEMORY_LIMIT_EXCEEDED'],
  [209, 'SOCKET_TIMEOUT'],
  [319, 'UNKNOWN_STATUS_OF_INSERT'],
  [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
] as const

/** The words of ClickHouse for an error, as its HTTP interface sends them; the INSERT may be carried out all the same. */
export const refusalOf = (choice: number, carriedOut = false): InsertRule => {
  const [code, name] = refusals[Math.floor(choice * refusals.length)] ?? refusals[0]
  return {
    kind: 'answer',
    carriedOut,
    status: 500,
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-clickhouse-exception-code': String(code),
    },
    body: `Code: ${code}. DB::Exception: Said by a proxy. (${name}) (version 26.7.1.1)\n`,
  }
}

/** Every INSERT is answered by one of the errors that pass. */
export const refusingClickHouse: Strike = async ({ rules }, { choice, lastsMs }) => {
  rules.insertRule = () => refusalOf(choice)
  await sleep(500 + lastsMs)
  rules.insertRule = undefined
}

const lossOf = (choice: number): InsertRule => {
  if (choice < 0.5) return { kind: 'lose answer' }
  return choice < 0.75 ? { kind: 'cut request' } : refusalOf((choice - 0.75) * 4, true)
}

/** The next INSERTs are carried out and nobody hears of it, or is told that they failed; or ClickHouse gets only their beginning. */
export const lostClickHouseAnswers: Strike = async ({ rules }, { times, choice, lastsMs }) => {
  let left = times
  rules.insertRule = () => {
    if (left === 0) return undefined
    left -= 1
    return lossOf(choice)
  }
  const deadlineMs = performance.now() + 3000 + lastsMs
  while (left > 0 && performance.now() < deadlineMs) await sleep(20)
  rules.insertRule = undefined
}
