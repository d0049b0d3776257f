import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import kafkajs from 'kafkajs'
import { formatProperties, sharedBrokerProperties } from '../../kafka/properties.ts'
import { quietIdleConnections } from '../registry/kafkajs-idle.ts'
import type { ChildSpecification } from '../supervisor.ts'
import { kafkaJars } from './distribution.ts'
import { containerArguments, hasDockerEngine } from './docker.ts'
import { javaCommand, ProgramMissing } from './java.ts'

const { Kafka, logLevel } = kafkajs
const run = promisify(execFile)

quietIdleConnections()

/** A fixed id: the folder is formatted once and found again. */
const clusterId = 'Zmx5d2hlZWwtbmF0aXZlLQ'

/** Warnings and errors go to the output, which the supervisor keeps in a file and quotes from. */
const logging: Readonly<Record<string, string>> = {
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': '%d %p %m (%c)%n',
  'rootLogger.level': 'WARN',
  'rootLogger.appenderRef.console.ref': 'console',
}

/** Small, quick to start, and quiet when idle. */
const jvmFlags = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Xshare:auto',
]

/** Where the broker keeps its data and logs, and listens. */
export interface KafkaPlace {
  readonly folder: string
  readonly logFile: string
  readonly port: number
  readonly controllerPort: number
  /** A second listener, for clients that come by a proxy. */
  readonly behindProxy?: BehindProxy
}

/** How the broker meets clients of a proxy that stands in front of it. */
export interface BehindProxy {
  /** Where the broker listens for the proxy. */
  readonly port: number
  /** Where the proxy listens: clients that came by it are told to stay with it. */
  readonly advertisedPort: number
}

const rolesOf = ({ port, controllerPort, behindProxy }: KafkaPlace, host: string) => {
  const listeners = [`PLAINTEXT://${host}:${port}`, `CONTROLLER://127.0.0.1:${controllerPort}`]
  const advertised = [`PLAINTEXT://127.0.0.1:${port}`]
  if (behindProxy !== undefined) {
    listeners.push(`PROXIED://${host}:${behindProxy.port}`)
    advertised.push(`PROXIED://127.0.0.1:${behindProxy.advertisedPort}`)
  }
  return {
    ...sharedBrokerProperties(),
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
  }
}

const serverProperties = (place: KafkaPlace) => ({
  ...rolesOf(place, '127.0.0.1'),
  'log.dirs': join(place.folder, 'data'),
})

const format = async (java: readonly string[], properties: string): Promise<void> => {
  const tool = ['kafka.tools.StorageTool', 'format', '--ignore-formatted']
  await run(javaCommand(process.env), [...java, ...tool, '-t', clusterId, '-c', properties])
}

/** Writes the broker's files and formats its folder if that is new. Returns Java's arguments. */
const prepare = async (place: KafkaPlace, jars: string): Promise<readonly string[]> => {
  const { folder } = place
  await mkdir(folder, { recursive: true })
  const properties = join(folder, 'server.properties')
  const log4j = join(folder, 'log4j2.properties')
  await writeFile(log4j, formatProperties(logging))
  await writeFile(properties, formatProperties(serverProperties(place)))
  const java = [...jvmFlags, `-Dlog4j2.configurationFile=${log4j}`, '-cp', join(jars, '*')]
  if (!existsSync(join(folder, 'data', 'meta.properties'))) await format(java, properties)
  return [...java, 'kafka.Kafka', properties]
}

/** Resolves when the broker answers a metadata request and is in its own cluster. */
const answers = async (port: number): Promise<void> => {
  const kafka = new Kafka({
    clientId: 'stack',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 500,
    requestTimeout: 2000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    if (brokers.length === 0) throw new Error('the broker is still fenced')
  } finally {
    await admin.disconnect()
  }
}

const javaKafka = async (place: KafkaPlace): Promise<ChildSpecification> => {
  const args = await prepare(place, await kafkaJars())
  return {
    name: 'kafka',
    command: javaCommand(process.env),
    args,
    // glibc keeps a memory arena a thread otherwise, of which a broker has a hundred.
    environment: { MALLOC_ARENA_MAX: '2' },
    logFile: place.logFile,
    ready: () => answers(place.port),
  }
}

const dockerKafka = (place: KafkaPlace): ChildSpecification => ({
  name: 'kafka',
  command: 'sh',
  args: containerArguments({
    folder: place.folder,
    ports: [place.port, ...(place.behindProxy === undefined ? [] : [place.behindProxy.port])],
    clusterId,
    properties: { ...rolesOf(place, '0.0.0.0'), 'log.dirs': '/var/lib/kafka/data' },
  }),
  environment: {},
  logFile: place.logFile,
  ready: () => answers(place.port),
})

/**
 * Apache Kafka in KRaft mode, one node, on the loopback address: by Java, fetched and formatted where that is missing, else in a
 * container where a Docker engine answers.
 * @throws ProgramMissing when neither is there
 */
export const kafkaChild = async (place: KafkaPlace): Promise<ChildSpecification> => {
  try {
    return await javaKafka(place)
  } catch (error) {
    if (!(error instanceof ProgramMissing) || !(await hasDockerEngine(process.env))) throw error
    return dockerKafka(place)
  }
}
