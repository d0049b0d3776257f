import { defineRoute, reply, text } from '#kit'
import type { ListedChampion, World } from './world.ts'

const listed = ({ workload, reference, decidedAtMs }: ListedChampion) => ({
  id: `student:${reference.candidateId}`,
  object: 'model',
  created: Math.floor(decidedAtMs / 1000),
  owned_by: 'flywheel',
  workload,
  kind: reference.kind,
  threshold: reference.threshold,
  dataset_version: reference.datasetVersion,
})

/** OpenAI's list of models: the production model, and the champion of each workload that has one. */
export const models = defineRoute({
  service: 'gateway',
  name: 'models',
  method: 'GET',
  path: '/v1/models',
  scope: 'infer',
  outputs: [],
  settings: {
    productionModel: text('PRODUCTION_MODEL', 'gpt-4o', 'Model of the workloads without champion.'),
  },

  gather: async (_request, world: Pick<World, 'champions'>) => world.champions.all(),

  decide: (_request, { facts, settings: { productionModel } }) => {
    const production = { id: productionModel, object: 'model', created: 0, owned_by: 'upstream' }
    return reply(200, { object: 'list', data: [production, ...facts.map(listed)] })
  },
})
