import { setTimeout as sleep } from 'node:timers/promises'
import { refusalOf } from './clickhouse.ts'
import type { Strike } from './kind.ts'

/** The registry is away while services start, which must ask it for schemas. */
export const registryAway: Strike = async ({ registryProxy, sinks, curators }, fault) => {
  registryProxy.refuse()
  const victims = [...sinks.slice(0, 1), ...curators.slice(0, fault.choice < 0.5 ? 1 : 0)]
  for (const victim of victims) victim.kill()
  await sleep(100)
  for (const victim of victims) victim.start()
  await sleep(1500 + fault.lastsMs)
  registryProxy.open()
}

/** ClickHouse has no space left (243), and a broker whose disk is full takes itself away. */
export const diskFull: Strike = async ({ rules, kafkaProxy }, { lastsMs, choice }) => {
  rules.insertRule = () => refusalOf(0)
  await sleep(lastsMs)
  if (choice < 0.5) kafkaProxy.refuse()
  await sleep(lastsMs)
  rules.insertRule = undefined
  kafkaProxy.open()
}
