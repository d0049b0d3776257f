import { parse } from 'yaml'
import { z } from 'zod'
import { StartFault } from '../errors.ts'

const usd = z.number().min(0).max(1_000_000)
const priceSchema = z.strictObject({
  inputPerMillionUsd: usd,
  outputPerMillionUsd: usd,
  /** Other names of the same model. */
  alsoNamed: z.array(z.string().min(1)).default([]),
  source: z.string().min(1),
})
const pricesSchema = z.strictObject({
  models: z.record(z.string().min(1), priceSchema),
  compute: z.strictObject({ cpuHourUsd: usd, source: z.string().min(1) }),
})

/** Prices of a million tokens by model, and of an hour of one CPU, in US dollars, each with its source. */
export type Prices = z.infer<typeof pricesSchema>
/** The price of one model. */
export type Price = z.infer<typeof priceSchema>

const documentOf = (yaml: string): unknown => {
  try {
    return parse(yaml)
  } catch (error) {
    throw new StartFault(`The price file is not YAML: ${String(error).slice(0, 200)}`)
  }
}

/** Reads a price file. Throws `StartFault` that names every fault. */
export const readPrices = (yaml: string): Prices => {
  const read = pricesSchema.safeParse(documentOf(yaml))
  if (read.success) return read.data
  throw new StartFault(`The price file does not fit:\n${z.prettifyError(read.error)}`)
}

/**
 * The price of a model by its name or another name of it. A student is priced by `student`, whatever follows its colon.
 * Undefined where the file has none.
 */
export const priceOf = (model: string, prices: Prices): Price | undefined => {
  const name = model.startsWith('student:') ? 'student' : model
  if (Object.hasOwn(prices.models, name)) return prices.models[name]
  return Object.values(prices.models).find((price) => price.alsoNamed.includes(name))
}

/** Price of a call in US dollars by its tokens; null where the model has no price, which is not the same as free. */
export const costUsd = (
  model: string,
  promptTokens: number,
  completionTokens: number,
  prices: Prices,
): number | null => {
  const price = priceOf(model, prices)
  if (price === undefined) return null
  const microUsd =
    promptTokens * price.inputPerMillionUsd + completionTokens * price.outputPerMillionUsd
  return microUsd / 1_000_000
}

/** Price of computing in US dollars: CPU time, milliseconds, at the file's hourly price of one CPU. */
export const computeCostUsd = (cpuMs: number, prices: Prices): number =>
  (cpuMs / 3_600_000) * prices.compute.cpuHourUsd
