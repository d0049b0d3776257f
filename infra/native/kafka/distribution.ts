import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { mustHavePrograms } from './java.ts'

const run = promisify(execFile)

/** Kafka's release; its jars come from Maven Central. */
export const kafkaVersion = '4.4.0'

/** Kafka logs through slf4j 1.7 and ships no writer behind it. */
const log4jVersion = '2.26.1'

const dependency = (group: string, artifact: string, version: string): string =>
  `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>flywheel</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', kafkaVersion)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', log4jVersion)}
${dependency('org.apache.logging.log4j', 'log4j-core', log4jVersion)}
  </dependencies>
</project>
`

/** Where downloads are kept between projects and runs. */
export const cacheFolder = (environment: NodeJS.ProcessEnv): string =>
  environment['FLYWHEEL_CACHE'] ||
  join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'flywheel')

/** Named by what it holds: other versions are another folder. */
const folderFor = (environment: NodeJS.ProcessEnv): string => {
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8)
  return join(cacheFolder(environment), `kafka-${kafkaVersion}-${digest}`)
}

const askMaven = async (room: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib']
  try {
    await run('mvn', ['-q', '-B', ...goal], { cwd: room, env: environment, maxBuffer: 1e8 })
  } catch (error) {
    const { stdout = '' } = error as { readonly stdout?: string }
    const why = stdout.split('\n').find((line) => line.includes('ERROR')) ?? String(error)
    throw new Error(`Maven could not fetch Kafka ${kafkaVersion}: ${why.trim()}`, { cause: error })
  }
}

/** Into a room of its own first, then into place by one rename: whoever comes second finds the first one's. */
const download = async (target: string, environment: NodeJS.ProcessEnv): Promise<void> => {
  await mkdir(dirname(target), { recursive: true })
  const room = await mkdtemp(`${target}.new-`)
  try {
    await writeFile(join(room, 'pom.xml'), pom)
    await askMaven(room, environment)
    await rename(join(room, 'lib'), target).catch((error: unknown) => {
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

/**
 * The folder with Kafka's jars (43 MB); fetched once by Maven, whole or not at all, also when two processes ask at once.
 * @throws ProgramMissing when Java is not there, or Maven where it is needed
 */
export const kafkaJars = async (environment: NodeJS.ProcessEnv = process.env): Promise<string> => {
  const target = folderFor(environment)
  const maven = !existsSync(target)
  await mustHavePrograms(environment, { maven })
  if (maven) await download(target, environment)
  return target
}
