import { cpuUsage, hrtime } from 'node:process'
import { type Outside, readPriceFile, text, trainInWorker } from '#kit'
import type { World } from '../train.ts'

/** Where the prices are. */
export const settings = {
  prices: text('PRICES_FILE', 'infra/prices.yaml', 'Price file, for the cost of computing.'),
}

/** Trains in a worker thread; the CPU time is this process's while it runs, which does little else then. */
export const training = (outside: Outside): World => {
  const { prices } = outside.settings(settings)
  return {
    objects: outside.objects(),
    prices: readPriceFile(settings.prices.env, prices),
    train: async (options, signal, progress) => {
      const cpuBefore = cpuUsage()
      const startedNs = hrtime.bigint()
      const trained = await trainInWorker(options, signal, progress)
      const { user, system } = cpuUsage(cpuBefore)
      const wallMs = Number(hrtime.bigint() - startedNs) / 1e6
      return { trained, cpuMs: (user + system) / 1000, wallMs }
    },
  }
}
