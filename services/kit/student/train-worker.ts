import { parentPort, workerData } from 'node:worker_threads'
import { Unteachable } from './corpus.ts'
import { type TrainedStudent, type TrainingOptions, trainStudent } from './train.ts'

/** What the training thread tells. */
export type Told =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'trained'; readonly trained: TrainedStudent }
  | { readonly kind: 'unteachable'; readonly reason: string }

const port = parentPort
if (port === null) throw new Error('this file is a worker: it is started by trainInWorker')
const tell = (told: Told): void => port.postMessage(told)

try {
  const trained = trainStudent(workerData as TrainingOptions, (share) =>
    tell({ kind: 'progress', share }),
  )
  tell({ kind: 'trained', trained })
} catch (error) {
  if (!(error instanceof Unteachable)) throw error
  tell({ kind: 'unteachable', reason: error.message })
}
