import { setTimeout as sleep } from 'node:timers/promises'
import { type Ground, restore } from './ground/open-ground.ts'
import { judge, type Start, startOf, type Verdict } from './oracle/judge.ts'
import { type Plan, type PlannedFault, planOf } from './plan.ts'
import { strike } from './strikes/strike.ts'
import { type Book, idOf, newBook, openTraffic, postAll, publishAll } from './traffic.ts'

/** What became of one schedule. */
export interface Outcome {
  readonly seed: number
  readonly faults: readonly string[]
  readonly records: number
  readonly acknowledged: number
  readonly lost: number
  readonly doubled: number
  readonly repeats: number
  readonly deadLetters: number
  readonly deadLettersAgain: number
  /** Faults whose moment did not come before the traffic was over. */
  readonly late: number
  readonly seconds: number
  /** What was wrong; empty when nothing was. */
  readonly wrong: readonly string[]
}

const settleWithinMs = 90_000
/** A moment that does not come is made. */
const lateMs = 1500

/** Arms the faults; resolves when all have struck and are over. */
const armAll = (ground: Ground, plan: Plan): Promise<void> => {
  const armOne = (fault: PlannedFault): Promise<void> =>
    new Promise((resolve, reject) => {
      const now = (): void => {
        const struck = fault.afterMs === 0 ? undefined : sleep(fault.afterMs)
        const begun = struck?.then(() => strike(ground, fault, plan.seed))
        ;(begun ?? strike(ground, fault, plan.seed)).then(resolve, reject)
      }
      ground.moments.arm(fault.point, fault.count, now)
    })
  return Promise.all(plan.faults.map(armOne)).then(() => undefined)
}

/** Judges until nothing is missing. What is doubled must be so twice: a look at several tables is none at one moment. */
const settled = async (ground: Ground, book: Book, start: Start): Promise<Verdict> => {
  const deadlineMs = performance.now() + settleWithinMs
  let doubledBefore = false
  for (;;) {
    const verdict = await judge(ground, book, start)
    const [missing, doubled] = [verdict.missing.length > 0, verdict.doubled.length > 0]
    if (doubled && doubledBefore) return verdict
    if ((!missing && !doubled) || performance.now() > deadlineMs) return verdict
    doubledBefore = doubled
    await sleep(150)
  }
}

interface Acted {
  readonly late: number
  /** Publishes one more record, now that all is well. */
  readonly refresh: () => Promise<void>
}

const act = async (ground: Ground, plan: Plan, book: Book): Promise<Acted> => {
  const traffic = await openTraffic(ground, book)
  const over = armAll(ground, plan)
  // Heard below; a fault that fails while the traffic runs must not end the process.
  over.catch(() => undefined)
  await Promise.all([publishAll(plan, traffic.publish), postAll(ground, plan, book)])
  await sleep(lateMs)
  const late = ground.moments.strikeLate()
  await over
  await restore(ground)
  const refresh = async () => {
    await traffic.publish([idOf(plan.seed, 'fresh', plan.partitions)])
    await traffic.close()
  }
  return { late, refresh }
}

/** Runs the schedule of a seed on the ground and judges it, once while it settles and once with a fresh record. */
export const runSchedule = async (ground: Ground, seed: number): Promise<Outcome> => {
  const startedMs = performance.now()
  const plan = planOf(seed)
  const book = newBook()
  const start = await startOf(ground)
  const { late, refresh } = await act(ground, plan, book)
  const first = await settled(ground, book, start)
  await refresh()
  const last =
    first.missing.length + first.doubled.length > 0 ? first : await settled(ground, book, start)
  return {
    seed,
    faults: plan.faults.map(({ name, point }) => `${name} at ${point}`),
    records: last.records,
    acknowledged: book.acknowledged.size + book.acknowledgedFeedback.size,
    lost: last.missing.length,
    doubled: last.doubled.length,
    repeats: last.repeats,
    deadLetters: last.deadLetters,
    deadLettersAgain: last.deadLettersAgain,
    late,
    seconds: (performance.now() - startedMs) / 1000,
    wrong: [...last.missing, ...last.doubled],
  }
}
