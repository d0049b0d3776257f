import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import kafkajs, { type Admin } from 'kafkajs'
import { type Ask, askClickHouse } from '../../../examples/wheel/clickhouse.ts'
import { applyDdl } from '../../../infra/clickhouse/apply.ts'
import { ensureTopics } from '../../../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../../../infra/kafka/topics.ts'
import { freePorts } from '../../../infra/native/ports.ts'
import { type Stack, startStack } from '../../../infra/native/start-stack.ts'
import { Moments } from '../moments.ts'
import { type HttpProxy, openHttpProxy } from '../proxies/http-proxy.ts'
import { type KafkaProxy, openKafkaProxy } from '../proxies/kafka-proxy.ts'
import { Instance, type InstanceOptions } from './instance.ts'
import { Rules } from './rules.ts'
import { Witness } from './witness.ts'

/** Partitions of every topic; a schedule may use fewer. */
export const partitionCount = 4

/** A real stack, services that reach it through proxies, and the suite's own ways past those. */
export interface Ground extends AsyncDisposable {
  readonly dataDir: string
  readonly stack: Stack
  readonly moments: Moments
  readonly rules: Rules
  readonly kafkaProxy: KafkaProxy
  readonly clickhouseProxy: HttpProxy
  readonly registryProxy: HttpProxy
  /** Four; the first runs always. */
  readonly sinks: readonly Instance[]
  /** Two; the first runs always. */
  readonly curators: readonly Instance[]
  readonly detector: Instance
  readonly gateway: Instance
  readonly admin: Admin
  readonly ask: Ask
  readonly witness: Witness
}

/** The topics that are read back. */
export const witnessed = [
  'curated',
  'observations',
  'curator.dead-letters',
  'drift-detector.dead-letters',
  'log-sink.dead-letters',
] as const

/** Small blocks and short patience, so that a schedule of seconds holds many writes. */
const settings = {
  KAFKA_SESSION_TIMEOUT_MS: '3000',
  SINK_ROWS_MAX: '60',
  BATCH_RECORDS_MAX: '40',
  LOG_LEVEL: 'debug',
}

const passAll = { treat: () => ({ kind: 'pass' }) as const, sent: () => {}, answered: () => {} }

const openProxies = async (stack: Stack, rules: Rules, ports: readonly [number, number]) => ({
  kafkaProxy: await openKafkaProxy(ports[0], ports[1], rules.kafka),
  clickhouseProxy: await openHttpProxy(stack.clickhouse.url, rules.clickhouse),
  registryProxy: await openHttpProxy(stack.registry.url, passAll),
})

type Proxies = Awaited<ReturnType<typeof openProxies>>

const makeInstances = async (dataDir: string, stack: Stack, proxies: Proxies) => {
  const ports = await freePorts(8)
  const environment = {
    ...settings,
    KAFKA_BROKERS: `127.0.0.1:${proxies.kafkaProxy.port}`,
    REGISTRY_URL: proxies.registryProxy.url,
    CLICKHOUSE_URL: proxies.clickhouseProxy.url,
    CLICKHOUSE_USER: stack.clickhouse.user,
    CLICKHOUSE_PASSWORD: stack.clickhouse.password,
    OBJECTS_URI: join(dataDir, 'objects'),
    PROXY_SPILL_DIR: join(dataDir, 'spill'),
  }
  const make = (service: InstanceOptions['service'], count: number) =>
    Array.from({ length: count }, (_, index) => {
      const port =
        ports[{ 'log-sink': 0, curator: 4, gateway: 6, 'drift-detector': 7 }[service] + index] ?? 0
      return new Instance({ service, number: index + 1, port, environment, dataDir })
    })
  const [gateway] = make('gateway', 1)
  const [detector] = make('drift-detector', 1)
  if (gateway === undefined || detector === undefined) throw new Error('an instance is missing')
  return { sinks: make('log-sink', 4), curators: make('curator', 2), detector, gateway }
}

/** What runs when no fault strikes. */
const baseOf = ({ sinks, curators, detector, gateway }: Ground): readonly Instance[] => [
  ...sinks.slice(0, 1),
  ...curators.slice(0, 1),
  detector,
  gateway,
]

/** Takes every fault back and waits until just the base runs and is ready. */
export const restore = async (ground: Ground): Promise<void> => {
  const { rules, kafkaProxy, clickhouseProxy, registryProxy, sinks, curators } = ground
  rules.clear()
  for (const proxy of [kafkaProxy, clickhouseProxy, registryProxy]) proxy.open()
  await Promise.all([...sinks.slice(1), ...curators.slice(1)].map((each) => each.stop()))
  for (const each of baseOf(ground)) each.start()
  await Promise.all(baseOf(ground).map((each) => each.whenReady()))
}

const prepare = async (stack: Stack): Promise<Pick<Ground, 'admin' | 'witness' | 'ask'>> => {
  await Promise.all([
    ensureTopics(stack.kafka.brokers, topicSpecifications(partitionCount)),
    applyDdl(stack.clickhouse),
  ])
  const { Kafka, logLevel } = kafkajs
  const kafka = new Kafka({ brokers: [...stack.kafka.brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 100 } })
  await admin.connect()
  const witness = new Witness(stack.kafka.brokers)
  await Promise.all(witnessed.map((topic) => witness.follow(topic)))
  return { admin, witness, ask: askClickHouse(stack.clickhouse) }
}

/** Starts a fresh stack in a folder of its own with the base of services. */
export const openGround = async (
  dataDir: string,
  tell: (line: string) => void,
): Promise<Ground> => {
  rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
  const [proxyPort = 0, behindPort = 0] = await freePorts(2)
  const stack = await startStack({
    dataDir: join(dataDir, 'stack'),
    kafkaBehindProxy: { port: behindPort, advertisedPort: proxyPort },
    log: tell,
  })
  try {
    const moments = new Moments()
    const rules = new Rules(moments)
    const proxies = await openProxies(stack, rules, [proxyPort, behindPort])
    const instances = await makeInstances(dataDir, stack, proxies)
    const ways = await prepare(stack)
    const close = async (): Promise<void> => {
      const { sinks, curators, detector, gateway } = instances
      await Promise.all([...sinks, ...curators, detector, gateway].map((each) => each.stop()))
      await ways.witness.close()
      await ways.admin.disconnect()
      for (const proxy of Object.values(proxies)) await proxy[Symbol.asyncDispose]()
      await stack.stop()
    }
    const ground = {
      ...{ dataDir, stack, moments, rules, ...proxies, ...instances, ...ways },
      [Symbol.asyncDispose]: close,
    }
    await restore(ground)
    return ground
  } catch (error) {
    await stack.stop()
    throw error
  }
}
