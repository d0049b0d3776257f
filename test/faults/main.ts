import { writeFileSync } from 'node:fs'
import { Ledger } from './ledger.ts'
import { type Options, readOptions, usage } from './options.ts'
import { runReal, seedsFrom } from './real.ts'
import { realReport, realTable } from './report.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const runAll = async ({ schedules, seed, only, ledger, json, dataDir }: Options) => {
  const book = new Ledger(ledger)
  const seeds = seedsFrom(seed, schedules, only)
  const real = realReport(await runReal({ seeds, ledger: book, dataDir, tell: say }))
  if (schedules > 0) say(realTable(real))
  if (json !== '') writeFileSync(json, `${JSON.stringify({ real }, null, 2)}\n`)
  return real.all.failed
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) say(usage)
  else if ((await runAll(options)) > 0) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
