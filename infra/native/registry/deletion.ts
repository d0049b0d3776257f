import type { Core } from './core.ts'
import type { LogRecord } from './log-record.ts'
import { refuse } from './registry-error.ts'
import type { Version } from './state.ts'

/** The ids of the schemas that refer to a version, in order; soft-deleted ones don't count. */
export const referencedBy = (core: Core, subject: string, version: number): readonly number[] => {
  const ids = core.state
    .allVersions()
    .filter(({ deleted }) => !deleted)
    .filter(({ references }) =>
      references.some((one) => one.subject === subject && one.version === version),
    )
    .map(({ id }) => id)
  return [...new Set(ids)].sort((a, b) => a - b)
}

const guardUnreferenced = (core: Core, versions: readonly Version[]): void => {
  for (const { subject, version } of versions) {
    if (referencedBy(core, subject, version).length > 0) throw refuse.referenced(subject, version)
  }
}

const removal = ({ subject, version }: Version): LogRecord => ({
  kind: 'schema',
  subject,
  version,
  value: null,
})

// Compaction forgets a removed version, and with it how far ids had come.
const keepHighestId = (core: Core): LogRecord => ({
  kind: 'highest-id',
  value: { id: core.state.highestId },
})

const softDeletion = (core: Core, subject: string, versions: readonly Version[]): LogRecord[] => {
  const records: LogRecord[] = [
    { kind: 'delete-subject', subject, value: { version: versions.at(-1)?.version ?? 1 } },
  ]
  if (core.state.modeOf(subject) !== undefined) records.push({ kind: 'mode', subject, value: null })
  if (core.state.configOf(subject) !== undefined) {
    records.push({ kind: 'config', subject, value: null })
  }
  return records
}

const decideSubject = (core: Core, subject: string, permanent: boolean) => {
  core.guardWritable(subject)
  const all = core.versions(subject, true)
  const live = all.filter((version) => !version.deleted)
  if (!permanent && live.length === 0) throw refuse.subjectSoftDeleted(subject)
  if (permanent && live.length > 0) throw refuse.subjectNotSoftDeleted(subject)
  guardUnreferenced(core, all)
  if (!permanent) {
    return {
      records: softDeletion(core, subject, live),
      answer: live.map(({ version }) => version),
    }
  }
  const records: LogRecord[] = [
    keepHighestId(core),
    ...all.map(removal),
    { kind: 'delete-subject', subject, value: null },
  ]
  return { records, answer: all.map(({ version }) => version) }
}

/**
 * Deletes a subject: softly (its schemas stay readable by id), or permanently what was softly deleted before. Returns the versions.
 * Refuses with 40401, 40404, 40405, 42205 or 42206 (another schema refers to it).
 */
export const deleteSubject = (
  core: Core,
  subject: string,
  permanent: boolean,
): Promise<readonly number[]> => core.write(() => decideSubject(core, subject, permanent))

const decideVersion = (core: Core, subject: string, wanted: string, permanent: boolean) => {
  core.guardWritable(subject)
  const version = core.version(subject, wanted, permanent || wanted !== 'latest')
  if (!permanent && version.deleted) throw refuse.versionSoftDeleted(subject, version.version)
  if (permanent && !version.deleted) throw refuse.versionNotSoftDeleted(subject, version.version)
  guardUnreferenced(core, [version])
  const { id, schema, schemaType, references } = version
  const records: LogRecord[] = permanent
    ? [keepHighestId(core), removal(version)]
    : [
        {
          kind: 'schema',
          subject,
          version: version.version,
          value: { id, schema, schemaType, references, deleted: true },
        },
      ]
  return { records, answer: version.version }
}

/** Deletes one version, as `deleteSubject` does a whole subject. Refuses with 42202, 40401, 40402, 40406, 40407, 42205 or 42206. */
export const deleteVersion = (
  core: Core,
  subject: string,
  wanted: string,
  permanent: boolean,
): Promise<number> => core.write(() => decideVersion(core, subject, wanted, permanent))
