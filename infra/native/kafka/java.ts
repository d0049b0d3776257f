import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Kafka's brokers from 4.0 on need it. */
const javaVersionMin = 17

/** A program that must be there before anything starts is not; the message says what to install. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing'
}

/** The Java of JAVA_HOME, else the one on the PATH. */
export const javaCommand = (environment: NodeJS.ProcessEnv): string => {
  const home = environment['JAVA_HOME'] ?? ''
  return home === '' ? 'java' : join(home, 'bin', 'java')
}

/** The major version in the answer to `java -version`: 17 of `"17.0.15"`, 8 of `"1.8.0_412"`. */
export const javaVersionOf = (answer: string): number | undefined => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(answer) ?? []
  const major = first === '1' ? second : first
  return major === undefined ? undefined : Number(major)
}

const answerOf = async (
  command: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> => {
  try {
    const { stdout, stderr } = await run(command, ['-version'], { env: environment })
    return `${stdout}\n${stderr}`
  } catch {
    return undefined
  }
}

const javaFault = async (environment: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const answer = await answerOf(javaCommand(environment), environment)
  if (answer === undefined) return `Java is missing: install Java ${javaVersionMin} or newer`
  const version = javaVersionOf(answer)
  if (version === undefined || version >= javaVersionMin) return undefined
  return `Java ${version} is too old: install Java ${javaVersionMin} or newer`
}

const mavenFault = async (environment: NodeJS.ProcessEnv): Promise<string | undefined> =>
  (await answerOf('mvn', environment)) === undefined
    ? 'Maven is missing: install Maven 3.8 or newer (the command mvn)'
    : undefined

/**
 * Checks that Java is there and, where something is still to be fetched, Maven.
 * @throws ProgramMissing one line with everything that is to be installed
 */
export const mustHavePrograms = async (
  environment: NodeJS.ProcessEnv,
  needs: { readonly maven: boolean },
): Promise<void> => {
  const faults = [
    await javaFault(environment),
    needs.maven ? await mavenFault(environment) : undefined,
  ].filter((fault) => fault !== undefined)
  if (faults.length > 0) throw new ProgramMissing(`${faults.join('; ')}; or start a Docker engine`)
}
