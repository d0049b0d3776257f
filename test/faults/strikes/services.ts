import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../ground/instance.ts'
import type { Ground } from '../ground/open-ground.ts'
import type { Strike } from './kind.ts'

type Crew = (ground: Ground) => readonly Instance[]

const running = (crew: readonly Instance[]): readonly Instance[] => crew.filter(({ runs }) => runs)

/** SIGKILL to each running instance, and a new start after a while. */
export const killed =
  (crew: Crew): Strike =>
  async (ground, { lastsMs }) => {
    const victims = running(crew(ground))
    for (const victim of victims) victim.kill()
    await sleep(lastsMs)
    for (const victim of victims) victim.start()
  }

/** SIGSTOP until a successor has taken over, then SIGCONT: the zombie finds itself amid what it was doing. */
export const zombie =
  (crew: Crew): Strike =>
  async (ground, { lastsMs }) => {
    const [victim, successor] = crew(ground)
    if (victim === undefined || successor === undefined) throw new Error('nobody takes over')
    victim.freeze()
    successor.start()
    await successor.whenReady()
    await sleep(lastsMs)
    victim.thaw()
    await sleep(500)
  }

/** From one sink to four and from one curator to two, and back: in good order, or by SIGKILL. */
export const rebalance: Strike = async ({ sinks, curators }, { lastsMs, choice }) => {
  const added = [...sinks.slice(1), ...curators.slice(1)]
  for (const each of added) each.start()
  await Promise.all(added.map((each) => each.whenReady()))
  await sleep(lastsMs)
  if (choice < 0.3) for (const each of added) each.kill()
  else await Promise.all(added.map((each) => each.stop()))
}
