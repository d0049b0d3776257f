import type { ModelReference } from './types.generated.ts'

/** Who serves a workload that nobody has been promoted for: the production model, behind the gateway's upstream. */
export const productionReference: ModelReference = {
  candidateId: 'production',
  kind: 'production',
  model: '',
  artifactUri: '',
  artifactHash: '',
  threshold: null,
  datasetVersion: '',
}
