import type { Outside } from '#kit'
import { topics } from '#schemas'
import type { World } from '../promote.ts'

/** View `promotions`: rebuilt from the topic of that name, one entry a workload, at most 10,000 workloads. */
export const states = async (outside: Outside): Promise<World> => {
  const view = await outside.view(topics.promotions, { boundEntries: 10_000 })
  return {
    latest: async (workloads) => {
      await view.waitForLatest()
      return workloads.map((workload) => view.get(workload))
    },
  }
}
