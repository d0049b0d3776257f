import type { FaultName } from '../plan.ts'
import { awayBroker, killedBroker, lostBrokerAnswers } from './broker.ts'
import {
  hungClickHouse,
  killedClickHouse,
  lostClickHouseAnswers,
  refusingClickHouse,
} from './clickhouse.ts'
import type { Strike } from './kind.ts'
import { diskFull, registryAway } from './neighbours.ts'
import { recreated, retention } from './offsets.ts'
import { poison } from './poison.ts'
import { killed, rebalance, zombie } from './services.ts'

const strikes: Readonly<Record<FaultName, Strike>> = {
  'sink killed': killed(({ sinks }) => sinks),
  'curator killed': killed(({ curators }) => curators),
  'detector killed': killed(({ detector }) => [detector]),
  'gateway killed': killed(({ gateway }) => [gateway]),
  'zombie sink': zombie(({ sinks }) => sinks),
  'zombie curator': zombie(({ curators }) => curators),
  'clickhouse killed': killedClickHouse,
  'clickhouse hung': hungClickHouse,
  'clickhouse answers lost': lostClickHouseAnswers,
  'clickhouse refuses': refusingClickHouse,
  'broker killed': killedBroker,
  'broker answers lost': lostBrokerAnswers,
  'broker away': awayBroker,
  'registry away': registryAway,
  'disk full': diskFull,
  rebalance,
  poison,
  retention,
  'topic recreated': recreated,
}

/** Strikes now. */
export const strike: Strike = (ground, fault, seed) => strikes[fault.name](ground, fault, seed)
