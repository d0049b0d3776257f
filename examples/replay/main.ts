import { accessSync, constants, statSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { watch } from '../wheel/progress.ts'
import { keepHint, stayUp } from '../wheel/stay-up.ts'
import { makeReplayReport } from './report.ts'
import { Replay } from './run.ts'
import { replayText } from './table.ts'

const usage = `npm run replay -- --file X.jsonl [options]
  --file FILE           JSON Lines: {"request": …, "response": …} a line, as OpenAI's chat completions API takes and gives them
  --workload NAME       the workload of every call, instead of each call's own
  --production-model M  the model that answered, as infra/prices.yaml names it (gpt-4o); students must be cheaper
  --examples-min N      curated examples that a dataset is worth building from (200)
  --report FILE         write the figures as JSON
  --keep                leave Kafka, registry and ClickHouse up at the end
  --data DIR            folder for the stack's data (.flywheel/replay)`

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const readOptions = () =>
  parseArgs({
    options: {
      file: { type: 'string' },
      workload: { type: 'string', default: '' },
      'production-model': { type: 'string', default: 'gpt-4o' },
      'examples-min': { type: 'string', default: '200' },
      report: { type: 'string' },
      keep: { type: 'boolean', default: false },
      data: { type: 'string', default: '.flywheel/replay' },
      help: { type: 'boolean', default: false },
    },
  }).values

const examplesMinOf = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--examples-min must be a whole number from 1 on, not ${text}`)
  return value
}

const readableFile = (file: string | undefined): string => {
  if (file === undefined) throw new Error(`--file is missing\n${usage}`)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new Error(`--file ${file} is not a file`)
  accessSync(file, constants.R_OK)
  return file
}

const replayFile = async (replay: Replay, reportFile: string | undefined): Promise<void> => {
  const startedMs = performance.now()
  await watch(replay.steps)
  const report = await makeReplayReport(replay, (performance.now() - startedMs) / 1000)
  say(replayText(report))
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`)
}

const main = async (): Promise<void> => {
  const values = readOptions()
  if (values.help) return say(usage)
  const options = {
    file: readableFile(values.file),
    workload: values.workload,
    dataDir: values.data,
    productionModel: values['production-model'],
    examplesMin: examplesMinOf(values['examples-min']),
  }
  const lines: string[] = []
  const replay = new Replay(options, (line) => lines.push(line))
  try {
    await replayFile(replay, values.report)
    if (values.keep) {
      await replay.stop({ keep: true })
      await stayUp(replay.ground, say)
    } else say(keepHint)
  } catch (error) {
    say(lines.slice(-20).join('\n'))
    throw error
  } finally {
    await replay.stop({ keep: false })
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
