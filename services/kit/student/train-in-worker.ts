import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Progress, TrainedStudent, TrainingOptions } from './train.ts'

type Told = { readonly share: number } | { readonly trained: TrainedStudent }

/** Trains in a thread of its own, so that heartbeats go on here. Rejects with the signal's reason when it aborts. */
export const trainInWorker = async (
  options: TrainingOptions,
  signal: AbortSignal,
  onProgress: Progress = () => {},
): Promise<TrainedStudent> => {
  signal.throwIfAborted()
  const worker = new Worker(new URL('train-worker.ts', import.meta.url), { workerData: options })
  let trained: TrainedStudent | undefined
  worker.on('message', (told: Told) => {
    if ('share' in told) onProgress(told.share)
    else trained = told.trained
  })
  try {
    await once(worker, 'exit', { signal })
  } finally {
    await worker.terminate()
  }
  if (trained === undefined) throw new Error('the training thread ended without a model')
  return trained
}
