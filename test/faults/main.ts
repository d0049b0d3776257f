import { writeFileSync } from 'node:fs'
import { Ledger } from './ledger.ts'
import { type Options, readOptions, usage } from './options.ts'
import { runReal, seedsFrom } from './real.ts'
import { realReport, realTable } from './report.ts'
import { runSimulatedHalf, simulatedTable } from './simulated-half.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Runs both halves; false when anything was lost, doubled or could not be judged. */
const runAll = async (options: Options): Promise<boolean> => {
  const { schedules, seed, only, json, dataDir } = options
  const ledger = new Ledger(options.ledger)
  const simulated = await runSimulatedHalf({
    seed,
    schedules: options.simulated,
    ledger,
    tell: say,
  })
  const seeds = seedsFrom(seed, schedules, only)
  const real = realReport(await runReal({ seeds, ledger, dataDir, tell: say }))
  if (options.simulated > 0) say(simulatedTable(simulated))
  if (schedules > 0) say(realTable(real))
  if (json !== '') writeFileSync(json, `${JSON.stringify({ simulated, real }, null, 2)}\n`)
  return simulated.lost + simulated.doubled + real.all.failed === 0
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) say(usage)
  else if (!(await runAll(options))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
