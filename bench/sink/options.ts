import { parseArgs } from 'node:util'

/** What the command line may say. */
export const usage = `npm run bench:sink -- [options]
  --records N       records to drain (1000000)
  --partitions N    partitions of the topic (4)
  --seconds N       how long to publish at each rate for the latency (20)
  --rates A,B       records a second for the latency (1000,20000); 0: none
  --data DIR        own records, as JSON lines, instead of made ones
  --seed N          of the made records (1)
  --json FILE       writes the figures there as well
  --profile DIR     a CPU profile of each sink's process goes there
  --keep            leaves the stack's data
  --help            this text`

/** What the bench was asked. */
export interface BenchOptions {
  readonly help: boolean
  readonly records: number
  readonly partitions: number
  readonly seconds: number
  readonly rates: readonly number[]
  readonly data: string | undefined
  readonly seed: number
  readonly json: string | undefined
  readonly profile: string | undefined
  readonly keep: boolean
}

const wholeOf = (name: string, text: string, least: number, most: number): number => {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1
  if (value >= least && value <= most) return value
  throw new Error(`--${name} is '${text}': a whole number from ${least} to ${most}`)
}

/**
 * Reads the command line.
 * @throws Error for an option that is unknown or out of range
 */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { ...text, default: '1000000' },
      partitions: { ...text, default: '4' },
      seconds: { ...text, default: '20' },
      rates: { ...text, default: '1000,20000' },
      seed: { ...text, default: '1' },
      data: text,
      json: text,
      profile: text,
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    help: values.help,
    records: wholeOf('records', values.records, 1000, 100_000_000),
    partitions: wholeOf('partitions', values.partitions, 1, 64),
    seconds: wholeOf('seconds', values.seconds, 1, 3600),
    rates: values.rates
      .split(',')
      .map((rate) => wholeOf('rates', rate, 0, 1_000_000))
      .filter((rate) => rate > 0),
    data: values.data,
    seed: wholeOf('seed', values.seed, 0, 2 ** 31),
    json: values.json,
    profile: values.profile,
    keep: values.keep,
  }
}
