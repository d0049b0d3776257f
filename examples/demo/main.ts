import { writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Listr } from 'listr2'
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

const barWidth = 30

/** A terminal shows every step of the bar, a log file only some. */
const barSteps = (): number => (process.stdout.isTTY ? barWidth : 5)

const bar = (done: number, all: number): string => {
  const filled = Math.round((barWidth * done) / Math.max(1, all))
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done} of ${all}`
}

const watch = (demo: Demo): Promise<unknown> =>
  new Listr(
    demo.steps.map(({ title, run }) => ({
      title,
      task: async (_, task) => {
        const startedMs = performance.now()
        let shown = -1
        await run((done, all) => {
          const filled = Math.floor((barSteps() * done) / Math.max(1, all))
          if (filled === shown) return
          shown = filled
          task.output = bar(done, all)
        })
        task.title = `${title} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`
      },
    })),
    { fallbackRenderer: 'simple' },
  ).run()

const runDemo = async (demo: Demo, reportFile: string | undefined): Promise<void> => {
  const startedMs = performance.now()
  await watch(demo)
  const report = await makeReport(demo, (performance.now() - startedMs) / 1000)
  say(reportText(report))
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`)
}

const stayUp = async (url: string): Promise<void> => {
  say(`ClickHouse stays up at ${url} (a page for queries: ${url}/play). Ctrl-C ends it.`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
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
      await stayUp(demo.ground.stack.clickhouse.url)
    }
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
