import { setTimeout as sleep } from 'node:timers/promises'
import { signalGroup } from '../../../infra/native/process-identity.ts'
import type { Api } from '../proxies/frames.ts'
import type { Strike } from './kind.ts'

/** SIGKILL; the stack's supervisor starts it again. */
export const killedBroker: Strike = async ({ stack }) => {
  const child = stack.child('kafka')
  const [pid, restarts] = [child.pid(), child.restarts()]
  if (pid === undefined) return
  signalGroup(pid, 'SIGKILL')
  await child.whenReady(restarts + 1)
}

const losable: readonly Api[] = [
  ...['produce', 'offsetCommit', 'endTransaction', 'commitInTransaction', 'addPartitions'],
  ...['fetch', 'heartbeat', 'offsetFetch', 'initProducerId', 'joinGroup', 'syncGroup'],
  ...['produce', 'offsetCommit', 'endTransaction', 'commitInTransaction'],
] as readonly Api[]

/** The broker does what it is asked, and its answer never arrives: the connection is cut instead. */
export const lostBrokerAnswers: Strike = async ({ rules }, { times, choice, lastsMs }) => {
  const api = losable[Math.floor(choice * losable.length)] ?? 'produce'
  rules.loseAnswers(api, times)
  await sleep(1000 + lastsMs)
  rules.loseAnswers(api, 0)
}

/** Nobody reaches the broker for a while. */
export const awayBroker: Strike = async ({ kafkaProxy }, { lastsMs }) => {
  kafkaProxy.refuse()
  await sleep(2 * lastsMs)
  kafkaProxy.open()
}
