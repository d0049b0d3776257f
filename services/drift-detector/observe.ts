import { defineProcessor, drop, emit } from '#kit'
import { topics } from '#schemas'
import { featuresOf } from './features.ts'

/** Every call becomes the features that drift is looked for in. */
export const observe = defineProcessor({
  service: 'drift-detector',
  name: 'observe',
  input: topics.inferenceLogs,
  outputs: [topics.observations],
  settings: {},
  decide: (log) => {
    if (log.workload === '') return drop('no workload')
    const features = featuresOf(log)
    if (features === undefined) return drop('not a chat')
    const { requestId, parentId, workload, model, servedBy, role, eventTimeMs } = log
    return emit(topics.observations, {
      requestId,
      parentId,
      workload,
      model,
      servedBy,
      role,
      eventTimeMs,
      features,
    })
  },
})
