import { Life, type LifePlan, type World } from './life.ts'
import { placeOf, SimulatedLog } from './log.ts'
import { Random } from './random.ts'
import { Stage } from './stage.ts'
import { SimulatedStore } from './store.ts'

/** What one schedule came to. */
export interface Verdict {
  readonly records: number
  /** Records that are due and neither in the table nor in dead letters. */
  readonly lost: number
  /** Rows beyond the first of a record, and rows by which the view differs from the table. */
  readonly doubled: number
}

/** Faults after which blocks can't come again in their bounds; a view is then no copy of the table any more. */
const boundless = ['compaction', 'retention', 'recreated', 'refused'] as const

const planLife = (random: Random, rowsMax: number): LifePlan => ({
  killAtStep: random.chance(0.8) ? 1 + random.below(25) : 0,
  rowsMax,
  fetchMax: 1 + random.below(8),
  budgetBytes: random.chance(0.2) ? 4 : 1e6,
  commitFaultChance: random.chance(0.3) ? 0.1 : 0,
})

const calm: LifePlan = {
  killAtStep: 0,
  rowsMax: 5,
  fetchMax: 8,
  budgetBytes: 1e6,
  commitFaultChance: 0,
}

const changeLog = (world: World, upset: string | undefined): void => {
  const { random, log, count } = world
  if (random.chance(0.5)) log.append(1 + random.below(6))
  if (upset === undefined || upset === 'refused' || !random.chance(0.4)) return
  count(upset)
  if (upset === 'compaction') log.compact()
  else if (upset === 'retention') log.retain(random.chance(0.3))
  else log.recreate(1 + random.below(20))
}

/** Where rows are repaired under other bounds than the first ones, an owner is gone before its successor begins. */
const endLife = ({ random, count }: World, life: Life, upset: string | undefined): void => {
  if (!life.over && upset !== undefined) life.kill()
  if (life.over) count('rebalance')
  else if (random.chance(0.5)) {
    count('partition lost')
    life.lose()
  } else count('zombie')
}

/** Lives one after another and side by side: a successor may begin while its predecessor still runs. */
const playLives = async (world: World, upset: string | undefined): Promise<void> => {
  const { random, stage } = world
  const turns = 1 + random.below(6)
  const rowsMax = 1 + random.below(6)
  for (let i = 0; i < turns; i++) {
    const life = new Life(world, planLife(random, rowsMax))
    void life.live()
    let patience = random.below(60)
    await stage.play(() => life.over || patience-- <= 0)
    endLife(world, life, upset)
    if (upset !== undefined) stage.forget(life)
    changeLog(world, upset)
  }
  world.store.faultChance = 0
  const last = new Life(world, calm)
  void last.live()
  await stage.play(() => last.over)
  // Zombies and late statements come to their end as well.
  await stage.play(() => false)
  const again = new Life(world, calm)
  void again.live()
  await stage.play(() => again.over)
}

const judge = (
  { log, store, letters }: World,
  refuses: ReadonlySet<string>,
  viewsToo: boolean,
): Verdict => {
  const counts = new Map<string, number>()
  for (const { offset, arrivedMs } of store.rows) {
    const place = `${offset}@${arrivedMs}`
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  const doubled = [...counts.values()].reduce((sum, count) => sum + count - 1, 0)
  const due = new Set([...log.settled, ...log.records.map(placeOf)])
  const missing = [...due].filter((place) =>
    refuses.has(place) ? !letters.has(place) : !counts.has(place),
  )
  const sum = (rows: readonly { readonly offset: bigint }[]) =>
    rows.reduce((total, { offset }) => total + Number(offset) + 1, 0)
  const uneven = !viewsToo || sum(store.rows) === sum(store.viewRows) ? 0 : 1
  return { records: due.size, lost: missing.length, doubled: doubled + uneven }
}

/** Plays one schedule: the sink's own commit protocol on a simulated broker and a simulated store. */
export const playSchedule = async (
  seed: number,
  count: (fault: string) => void,
): Promise<Verdict> => {
  const random = new Random(seed)
  const stage = new Stage(random)
  const log = new SimulatedLog(random)
  log.append(4 + random.below(24))
  const upset = random.chance(0.5) ? boundless[random.below(boundless.length)] : undefined
  const refuses = new Set(
    upset === 'refused' ? log.records.filter(() => random.chance(0.15)).map(placeOf) : [],
  )
  const store = new SimulatedStore(stage, random, refuses, count)
  store.faultChance = random.chance(0.7) ? 0.25 : 0
  const world: World = { random, stage, log, store, letters: new Set(), count }
  await playLives(world, upset)
  return judge(world, refuses, upset === undefined)
}
