import { z } from 'zod'
import { StudentFault } from './fault.ts'

const settingsSchema = z.strictObject({
  /** Characters of a text that are read, in UTF-16 code units; the rest is left out. */
  charactersMax: z.int().min(16).max(1_000_000),
  /** Hash buckets of words and pairs of words, as a power of two; characters have as many. */
  bucketBits: z.int().min(8).max(22),
  /** Shortest and longest run of characters that is a feature. */
  gramMin: z.int().min(1).max(8),
  gramMax: z.int().min(1).max(8),
  /** A feature in fewer training texts is left out. */
  textsMin: z.int().min(1).max(1000),
  /** Weight of the errors against the size of the weights (C of a support vector machine); the best is chosen. */
  costs: z.array(z.number().min(1e-3).max(1e5)).min(1).max(12),
  /** Passes over the examples at each cost. */
  epochs: z.int().min(1).max(200),
  /** Folds of the cross-validation. */
  folds: z.int().min(2).max(50),
})

/** How a student reads texts and learns. All of it decides the model together with the seed and the examples. */
export type StudentSettings = Readonly<z.infer<typeof settingsSchema>>

/** Settings that suit texts from one line to a long mail. */
export const studentDefaults: StudentSettings = {
  charactersMax: 10_000,
  bucketBits: 18,
  gramMin: 3,
  gramMax: 5,
  textsMin: 2,
  costs: [2, 8, 32],
  epochs: 5,
  folds: 5,
}

/** Reads settings that came from outside. Throws `StudentFault` that names every fault. */
export const readStudentSettings = (value: unknown): StudentSettings => {
  const read = settingsSchema.safeParse(value)
  if (!read.success)
    throw new StudentFault(`No settings of a student:\n${z.prettifyError(read.error)}`)
  if (read.data.gramMax < read.data.gramMin)
    throw new StudentFault(`gramMax ${read.data.gramMax} is below gramMin ${read.data.gramMin}`)
  return read.data
}
