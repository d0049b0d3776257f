import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest } from '#kit'
import { type Ground, openGround } from './ground/open-ground.ts'
import type { Ledger } from './ledger.ts'
import { type FaultName, firstFaultOf, planOf } from './plan.ts'
import { type Outcome, runSchedule } from './run-schedule.ts'

/** A stack serves so many schedules; then a fresh one takes over, since tables and topics grow. */
const schedulesAStack = 40
const failuresMax = 5

/** What the real half was asked. */
export interface RealOptions {
  readonly seeds: readonly number[]
  readonly ledger: Ledger | undefined
  readonly dataDir: string
  readonly tell: (line: string) => void
}

/** The seeds of so many schedules, from one on; of one kind of fault where that is asked for. */
export const seedsFrom = (from: number, count: number, only?: FaultName): readonly number[] => {
  const seeds: number[] = []
  for (let seed = from; seeds.length < count; seed++)
    if (only === undefined || firstFaultOf(seed) === only) seeds.push(seed)
  return seeds
}

/** The same plan has the same key; a plan that the code has changed is run again. */
const keyOf = (seed: number): string =>
  `real ${seed} ${digest(JSON.stringify(planOf(seed))).slice(0, 12)}`

const isGood = ({ wrong }: Outcome): boolean => wrong.length === 0

const crashed = (seed: number, error: unknown): Outcome => ({
  ...{ seed, faults: planOf(seed).faults.map(({ name, point }) => `${name} at ${point}`) },
  ...{ records: 0, acknowledged: 0, lost: 0, doubled: 0, repeats: 0, deadLetters: 0 },
  ...{ deadLettersAgain: 0, late: 0, seconds: 0 },
  wrong: [`could not be judged: ${error instanceof Error ? error.message : String(error)}`],
})

const keepEvidence = (ground: Ground, outcome: Outcome, dataDir: string): string => {
  const folder = join(dataDir, `failed-${outcome.seed}`)
  mkdirSync(folder, { recursive: true })
  cpSync(join(ground.dataDir, 'logs'), join(folder, 'logs'), { recursive: true })
  const told = { outcome, plan: planOf(outcome.seed) }
  writeFileSync(join(folder, 'outcome.json'), `${JSON.stringify(told, null, 2)}\n`)
  return folder
}

const lineOf = ({ seed, faults, records, seconds, wrong }: Outcome): string =>
  `${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${seed}  ${faults.join(' + ')}  ${records} records, ${seconds.toFixed(1)} s`

const tellFailure = (outcome: Outcome, folder: string, tell: (line: string) => void): void => {
  for (const line of outcome.wrong.slice(0, 10)) tell(`       ${line}`)
  const again = `npm run test:faults -- --seed ${outcome.seed} --schedules 1 --simulated 0`
  tell(`       logs in ${folder}; again: ${again}`)
}

/** Schedules on one stack, until they are done or one fails. */
const runOnOne = async (seeds: readonly number[], options: RealOptions): Promise<Outcome[]> => {
  const { ledger, dataDir, tell } = options
  const outcomes: Outcome[] = []
  await using ground = await openGround(join(dataDir, 'run'), () => {})
  for (const seed of seeds) {
    const outcome = await runSchedule(ground, seed).catch((error) => crashed(seed, error))
    outcomes.push(outcome)
    ledger?.add(keyOf(seed), outcome)
    tell(lineOf(outcome))
    if (isGood(outcome)) continue
    tellFailure(outcome, keepEvidence(ground, outcome, dataDir), tell)
    break
  }
  return outcomes
}

/** Runs the schedules that the ledger does not know as good; returns the outcomes of all. */
export const runReal = async (options: RealOptions): Promise<readonly Outcome[]> => {
  const { seeds, ledger } = options
  const known = new Map<number, Outcome>()
  for (const seed of seeds) {
    const outcome = ledger?.find<Outcome>(keyOf(seed))
    if (outcome !== undefined && isGood(outcome)) known.set(seed, outcome)
  }
  let left = seeds.filter((seed) => !known.has(seed))
  const done: Outcome[] = [...known.values()]
  let failures = 0
  while (left.length > 0 && failures < failuresMax) {
    const ran = await runOnOne(left.slice(0, schedulesAStack), options)
    failures += ran.filter((outcome) => !isGood(outcome)).length
    done.push(...ran)
    left = left.slice(ran.length)
  }
  return done
}
