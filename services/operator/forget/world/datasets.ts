import { ObjectMissing, type ObjectStore } from '#kit'
import { holdsPerson, isExamples, isReceipt, receiptIn } from '../dataset-files.ts'
import type { Rewritten } from '../receipt.ts'

/** What the object store knows of a request. */
export interface DatasetFacts {
  /** Files that still hold examples of the person. */
  readonly filesLeft: number
  readonly rewritten: readonly Rewritten[]
}

type Objects = Pick<ObjectStore, 'get' | 'list'>

const textOf = async (objects: Objects, path: string): Promise<string> => {
  try {
    return (await objects.get(path)).toString()
  } catch (error) {
    if (error instanceof ObjectMissing) return ''
    throw error
  }
}

/** Looks for one person in every dataset version. Files never change: each is read once. */
export const datasetSearch = (objects: Objects, subject: string) => {
  const clean = new Set<string>()
  const holds = async (path: string, untilMs: number): Promise<boolean> => {
    if (clean.has(path)) return false
    if (holdsPerson(await textOf(objects, path), subject, untilMs)) return true
    clean.add(path)
    return false
  }
  return async (untilMs: number): Promise<DatasetFacts> => {
    const paths = await objects.list('datasets/')
    let filesLeft = 0
    for (const path of paths.filter(isExamples)) if (await holds(path, untilMs)) filesLeft += 1
    const rewritten: Rewritten[] = []
    for (const path of paths.filter(isReceipt)) {
      const receipt = receiptIn(await textOf(objects, path))
      if (receipt?.subjects.includes(subject))
        rewritten.push({ datasetVersion: receipt.datasetVersion, replacedBy: receipt.rewrittenAs })
    }
    return { filesLeft, rewritten }
  }
}
