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

const { Kafka, logLevel } = kafkajs
const run = promisify(execFile)

quietIdleConnections()

/** A fixed id: the folder is formatted once and found again. */
const clusterId = 'Zmx5d2hlZWwtbmF0aXZlLQ'

const log4j = (logFile: string): Readonly<Record<string, string>> => ({
  'appender.file.type': 'RollingFile',
  'appender.file.name': 'file',
  'appender.file.fileName': logFile,
  'appender.file.filePattern': `${logFile}.%i`,
  'appender.file.layout.type': 'PatternLayout',
  'appender.file.layout.pattern': '%d %p %m (%c)%n',
  'appender.file.policies.type': 'SizeBasedTriggeringPolicy',
  'appender.file.policies.size': '20MB',
  'appender.file.strategy.type': 'DefaultRolloverStrategy',
  'appender.file.strategy.max': '2',
  'rootLogger.level': 'WARN',
  'rootLogger.appenderRef.file.ref': 'file',
})

/** Small, quick to start, and quiet when idle. */
const jvmFlags = [
  '-Xms64m',
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
]

/** Where the broker keeps its data and listens. */
export interface KafkaPlace {
  readonly folder: string
  readonly port: number
  readonly controllerPort: number
}

const prepare = async ({ folder, port, controllerPort }: KafkaPlace, jars: string) => {
  await mkdir(folder, { recursive: true })
  const properties = join(folder, 'server.properties')
  const logging = join(folder, 'log4j2.properties')
  await writeFile(logging, formatProperties(log4j(join(folder, 'kafka.log'))))
  await writeFile(
    properties,
    formatProperties({
      ...sharedBrokerProperties(),
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(folder, 'data'),
      // A killed broker may come back only when its last session is over.
      'broker.session.timeout.ms': 3000,
      'broker.heartbeat.interval.ms': 500,
    }),
  )
  const java = [...jvmFlags, `-Dlog4j2.configurationFile=${logging}`, '-cp', join(jars, '*')]
  if (!existsSync(join(folder, 'data', 'meta.properties')))
    await run('java', [
      ...java,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
    ])
  return [...java, 'kafka.Kafka', properties]
}

/** Resolves when the broker answers a metadata request. */
const answers = async (port: number): Promise<void> => {
  const kafka = new Kafka({
    clientId: 'stack',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 500,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    await admin.describeCluster()
  } finally {
    await admin.disconnect()
  }
}

/** Apache Kafka in KRaft mode, one node, on the loopback address. Fetches and formats what is missing. */
export const kafkaChild = async (place: KafkaPlace): Promise<ChildSpecification> => {
  const args = await prepare(place, await kafkaJars())
  return {
    name: 'kafka',
    command: 'java',
    args,
    environment: {},
    logFile: join(place.folder, 'output.log'),
    ready: () => answers(place.port),
  }
}
