import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Unteachable } from './corpus.ts'
import type { Progress, TrainedStudent, TrainingOptions } from './train.ts'
import type { Told } from './train-worker.ts'

/** Most memory that a training thread may take for objects, in MiB; the flat arrays of features are not among them. */
const heapMax = 2048

/**
 * Trains in a thread of its own, so that heartbeats go on here. Rejects with the signal's reason when it aborts, with
 * `Unteachable` as `trainStudent` does, and with the thread's own error when that fails. No thread is left behind.
 */
export const trainInWorker = async (
  options: TrainingOptions,
  signal: AbortSignal,
  onProgress: Progress = () => {},
): Promise<TrainedStudent> => {
  signal.throwIfAborted()
  const worker = new Worker(new URL('train-worker.ts', import.meta.url), {
    workerData: options,
    resourceLimits: { maxOldGenerationSizeMb: heapMax },
  })
  let last: Told | undefined
  worker.on('message', (told: Told) => {
    if (told.kind === 'progress') onProgress(told.share)
    else last = told
  })
  try {
    await once(worker, 'exit', { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    await worker.terminate()
  }
  if (last?.kind === 'trained') return last.trained
  if (last?.kind === 'unteachable') throw new Unteachable(last.reason)
  throw new Error('the training thread ended without a model')
}
