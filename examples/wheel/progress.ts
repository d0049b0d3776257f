import { performance } from 'node:perf_hooks'
import { Listr } from 'listr2'

/** Told how far a step is: done of all. */
export type Tell = (done: number, all: number) => void

/** One step for a person to watch. */
export interface Step {
  readonly title: string
  readonly run: (tell: Tell) => Promise<void>
}

const barWidth = 30

/** A terminal shows every step of the bar, a log file only quarters. */
const barSteps = (): number => (process.stdout.isTTY ? barWidth : 4)

const bar = (done: number, all: number): string => {
  const filled = Math.round((barWidth * done) / Math.max(1, all))
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done} of ${all}`
}

/** Runs steps one after the other, with a bar and the time that each took. */
export const watch = (steps: readonly Step[]): Promise<unknown> =>
  new Listr(
    steps.map(({ title, run }) => ({
      title,
      task: async (_, task) => {
        const startedMs = performance.now()
        let shown = 0
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
