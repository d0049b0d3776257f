import { parentPort, workerData } from 'node:worker_threads'
import { type TrainingOptions, trainStudent } from './train.ts'

const port = parentPort
if (port === null) throw new Error('this file is a worker: it is started by trainInWorker')
const trained = trainStudent(workerData as TrainingOptions, (share) => port.postMessage({ share }))
port.postMessage({ trained })
