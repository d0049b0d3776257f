import { readFileSync } from 'node:fs'
import { type Prices, readPrices } from './chat/index.ts'
import { StartFault } from './errors.ts'

const textOf = (env: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new StartFault(`${env}: ${path} can't be read`)
  }
}

/** Reads the price file that the setting `env` names. Throws `StartFault` where it is missing or does not fit. */
export const readPriceFile = (env: string, path: string): Prices => readPrices(textOf(env, path))
