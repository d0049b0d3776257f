import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Kafka's release; its jars come from Maven Central. */
export const kafkaVersion = '4.1.1'

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>flywheel</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.1</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.25.1</version></dependency>
  </dependencies>
</project>
`

/** A program that must be there before anything starts is not; the message says what to install. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
}

const mustRun = async (program: string, hint: string): Promise<void> => {
  try {
    await run(program, ['-version'])
  } catch {
    throw new ProgramMissing(
      `${program} is missing: install ${hint}, or use Docker: docker compose up`,
    )
  }
}

/** Where downloads are kept between projects and runs. */
export const cacheFolder = (environment: NodeJS.ProcessEnv): string =>
  environment['FLYWHEEL_CACHE'] ??
  join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flywheel')

const download = async (target: string): Promise<void> => {
  await mkdir(join(target, '..'), { recursive: true })
  const room = await mkdtemp(`${target}.new-`)
  try {
    await writeFile(join(room, 'pom.xml'), pom)
    const goals = [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      '-DoutputDirectory=lib',
    ]
    await run('mvn', ['-q', '-B', ...goals], { cwd: room, maxBuffer: 1e8 })
    await rename(join(room, 'lib'), target).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

/** The folder with Kafka's jars; fetched once by Maven, whole or not at all, also when two processes ask at once. */
export const kafkaJars = async (environment: NodeJS.ProcessEnv = process.env): Promise<string> => {
  await mustRun('java', 'Java 17 or newer')
  const target = join(cacheFolder(environment), `kafka-${kafkaVersion}-logging`)
  if (existsSync(target) && (await readdir(target)).length > 0) return target
  await mustRun('mvn', 'Maven 3.8 or newer')
  await download(target)
  return target
}
