import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { watch } from '../wheel/progress.ts'
import { keepHint, stayUp } from '../wheel/stay-up.ts'
import { makeReport } from './report.ts'
import { Demo } from './run.ts'
import { reportText } from './table.ts'

const usage = `npm run demo -- [options]
  --report FILE   write the figures as JSON
  --keep          leave Kafka, registry and ClickHouse up at the end
  --data DIR      folder for the stack's data (.flywheel/demo)`

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const runDemo = async (demo: Demo, reportFile: string | undefined): Promise<void> => {
  const startedMs = performance.now()
  await watch(demo.steps)
  const report = await makeReport(demo, (performance.now() - startedMs) / 1000)
  say(reportText(report))
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`)
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      report: { type: 'string' },
      keep: { type: 'boolean', default: false },
      data: { type: 'string', default: '.flywheel/demo' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return say(usage)
  const lines: string[] = []
  const demo = new Demo(values.data, (line) => lines.push(line))
  try {
    await runDemo(demo, values.report)
    if (values.keep) {
      await demo.stop({ keep: true })
      await stayUp(demo.ground, say)
    } else say(keepHint)
  } catch (error) {
    say(lines.slice(-20).join('\n'))
    throw error
  } finally {
    await demo.stop({ keep: false })
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
