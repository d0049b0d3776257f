import { forgets, type Outside } from '#kit'
import { topics } from '#schemas'
import type { World } from '../build.ts'
import type { ForgetWorld } from '../forget.ts'
import { storedVersions } from './stored-versions.ts'
import { clickhouseTables } from './tables.ts'

/**
 * The tables, the object store, and three views rebuilt from the topics of their names: the last version and the last trigger of each
 * workload, at most 10,000, and the subjects that must be forgotten, at most 1,000,000.
 */
export const builderWorld = async (
  outside: Outside,
): Promise<{ readonly building: World; readonly forgetting: ForgetWorld }> => {
  const versions = await outside.view(topics.trainingReady, { boundEntries: 10_000 })
  const triggers = await outside.view(topics.retrainTriggers, { boundEntries: 10_000 })
  const forgotten = await outside.view(topics.subjectsForgotten, { boundEntries: 1_000_000 })
  const building: World = {
    tables: clickhouseTables(outside.clickhouse()),
    latest: async () => {
      await Promise.all([versions, triggers, forgotten].map((view) => view.waitForLatest()))
    },
    versions: () => versions.values(),
    trigger: (workload) => triggers.get(workload),
    isForgotten: (subject, eventTimeMs) => forgets(forgotten.get(subject), eventTimeMs),
  }
  const objects = outside.objects()
  return { building, forgetting: storedVersions({ objects, people: forgotten, versions }) }
}
