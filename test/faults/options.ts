import { parseArgs } from 'node:util'
import { type FaultName, faultNames } from './plan.ts'

/** What the command line may say. */
export const usage = `npm run test:faults -- [options]
  --schedules N    schedules on the real stack (200)
  --simulated N    schedules on the simulated broker and store (100000)
  --seed S         the first schedule's seed; the others follow in a row (1)
  --only FAULT     only schedules whose first fault this is: ${faultNames.join(', ')}
  --ledger FILE    what was run already is not run again (.flywheel/faults.jsonl)
  --json FILE      writes the report there too
  --data DIR       data and logs of the stack; those of a failed schedule stay (.flywheel/faults)
  --help           this text`

/** What the suite was asked. */
export interface Options {
  readonly help: boolean
  readonly schedules: number
  readonly simulated: number
  readonly seed: number
  readonly only: FaultName | undefined
  readonly ledger: string
  readonly json: string
  readonly dataDir: string
}

const wholeNumber = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is '${text}': a whole number`)
  return Number(text)
}

const faultOf = (text: string): FaultName | undefined => {
  const found = faultNames.find((name) => name === text)
  if (text !== '' && found === undefined)
    throw new Error(`--only is '${text}': one of ${faultNames.join(', ')}`)
  return found
}

/** Reads the command line. Throws Error that names what is wrong. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      schedules: { type: 'string', default: '200' },
      simulated: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      ledger: { type: 'string', default: '.flywheel/faults.jsonl' },
      json: { type: 'string', default: '' },
      data: { type: 'string', default: '.flywheel/faults' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    help: values.help,
    schedules: wholeNumber('schedules', values.schedules),
    simulated: wholeNumber('simulated', values.simulated),
    seed: wholeNumber('seed', values.seed),
    only: faultOf(values.only),
    ledger: values.ledger,
    json: values.json,
    dataDir: values.data,
  }
}
