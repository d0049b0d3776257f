import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { kafkaVersion } from './distribution.ts'

const run = promisify(execFile)

/** True when a Docker engine answers; the client alone is no engine. */
export const hasDockerEngine = async (environment: NodeJS.ProcessEnv): Promise<boolean> => {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { env: environment })
    return true
  } catch {
    return false
  }
}

/** A broker setting as apache/kafka's image reads it from the environment. */
export const environmentName = (property: string): string =>
  `KAFKA_${property.replaceAll('_', '__').replaceAll('.', '_').toUpperCase()}`

/** What a broker in a container needs to know. */
export interface ContainerPlace {
  readonly folder: string
  /** Published under the same numbers, on the loopback address. */
  readonly ports: readonly number[]
  readonly clusterId: string
  readonly properties: Readonly<Record<string, string | number>>
}

/**
 * Arguments for `sh` that run the broker in the foreground. The container is named after the folder, so that one that a kill has
 * left behind is removed first; its data stays in a volume of that name.
 */
export const containerArguments = (place: ContainerPlace): readonly string[] => {
  const { folder, ports, clusterId, properties } = place
  const name = `flywheel-kafka-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  const settings = Object.entries(properties).flatMap(([property, value]) => [
    '-e',
    `${environmentName(property)}=${value}`,
  ])
  const start = 'docker rm -f "$0" > /dev/null 2>&1; exec docker run "$@"'
  return [
    '-c',
    start,
    name,
    ...['--rm', '--init', '--name', name],
    ...ports.flatMap((port) => ['-p', `127.0.0.1:${port}:${port}`]),
    ...['-v', `${name}:/var/lib/kafka/data`, '-e', `CLUSTER_ID=${clusterId}`],
    ...settings,
    `apache/kafka:${kafkaVersion}`,
  ]
}
