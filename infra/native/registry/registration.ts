import { compatibilityFaults } from './compatibility-check.ts'
import type { Core } from './core.ts'
import type { Level, LogRecord } from './log-record.ts'
import { refuse } from './registry-error.ts'
import type { ReadSchema, SchemaRequest } from './schema-reader.ts'
import type { Content, Version } from './state.ts'

/** What a client asks to register; `id` and `version` are for imports only. */
export interface RegistrationRequest extends SchemaRequest {
  readonly id: number | undefined
  readonly version: number | undefined
}

const sameContent = (a: Content, b: Content): boolean =>
  a.schema === b.schema && JSON.stringify(a.references) === JSON.stringify(b.references)

const liveVersions = (core: Core, subject: string): readonly Version[] =>
  core.state.versionsOf(subject).filter((version) => !version.deleted)

const find = (versions: readonly Version[], content: Content): Version | undefined =>
  versions.findLast((version) => sameContent(version, content))

const faultsAgainst = (
  core: Core,
  level: Level,
  read: ReadSchema,
  earlier: readonly Version[],
): readonly string[] =>
  compatibilityFaults(
    level,
    read.avro,
    earlier.map((version) => ({
      version: version.version,
      schema: version.schema,
      avro: core.schemas.avroOf(version.id),
    })),
  )

const read = (core: Core, subject: string, request: SchemaRequest, normalize: boolean) =>
  core.schemas.read(request, normalize || core.state.normalizes(subject))

const importedId = (core: Core, request: RegistrationRequest, { content }: ReadSchema): number => {
  const { id } = request
  if (id === undefined) throw refuse.notPermitted('In import mode a schema comes with its id')
  const [byContent, byId] = [core.state.idOf(content), core.state.contentOf(id)]
  if (byId !== undefined && !sameContent(byId, content)) {
    throw refuse.notPermitted(`Overwrite new schema with id ${id} is not permitted.`)
  }
  if (byContent === undefined || byContent === id) return id
  throw refuse.notPermitted(`This schema has the id ${byContent} already`)
}

const newId = (core: Core, subject: string, request: RegistrationRequest, schema: ReadSchema) => {
  if (core.state.modeFor(subject) === 'IMPORT') return importedId(core, request, schema)
  if (request.id !== undefined) {
    throw refuse.notPermitted(`Subject ${subject} is not in import mode`)
  }
  const live = liveVersions(core, subject)
  const faults = faultsAgainst(core, core.state.levelFor(subject), schema, live)
  if (faults.length > 0) throw refuse.incompatible(subject, faults)
  return core.state.idOf(schema.content) ?? core.state.highestId + 1
}

const newVersion = (core: Core, subject: string, request: RegistrationRequest): number => {
  const versions = core.state.versionsOf(subject)
  const wanted = request.version
  if (wanted === undefined || core.state.modeFor(subject) !== 'IMPORT') {
    return (versions.at(-1)?.version ?? 0) + 1
  }
  if (!versions.some(({ version }) => version === wanted)) return wanted
  throw refuse.notPermitted(`Subject ${subject} has a version ${wanted} already`)
}

const decide = (core: Core, subject: string, request: RegistrationRequest, normalize: boolean) => {
  const schema = read(core, subject, request, normalize)
  const known = find(liveVersions(core, subject), schema.content)
  if (known !== undefined && (request.id ?? known.id) === known.id) {
    return { records: [], answer: known }
  }
  core.guardWritable(subject)
  const id = newId(core, subject, request, schema)
  const version = newVersion(core, subject, request)
  const value = { ...schema.content, id, deleted: false }
  const record: LogRecord = { kind: 'schema', subject, version, value }
  return { records: [record], answer: { subject, version, ...value } }
}

/**
 * Registers a schema under a subject. The same schema has one id in every subject, and asking again gives the same version.
 * Refuses with 42201 (invalid), 409 (incompatible with the subject's level), 42205 (mode), 50001 (log).
 */
export const register = async (
  core: Core,
  subject: string,
  request: RegistrationRequest,
  normalize: boolean,
): Promise<Version> => {
  // A known schema is answered even while the log can't be written.
  const known = find(liveVersions(core, subject), read(core, subject, request, normalize).content)
  if (known !== undefined && request.id === undefined) return known
  return core.write(() => decide(core, subject, request, normalize))
}

/** Finds a schema's version under a subject. Refuses with 42201, 40401 or 40403. */
export const lookUp = (
  core: Core,
  subject: string,
  request: SchemaRequest,
  { normalize, deleted }: { readonly normalize: boolean; readonly deleted: boolean },
): Version => {
  const versions = core.versions(subject, deleted)
  const found = find(versions, read(core, subject, request, normalize).content)
  if (found === undefined) throw refuse.schemaNotFound()
  return found
}

/** Why a schema does not fit one version at the subject's level; empty when it does. Refuses with 42201, 42202, 40401 or 40402. */
export const faultsWithVersion = (
  core: Core,
  subject: string,
  wanted: string,
  request: SchemaRequest,
  normalize: boolean,
): readonly string[] => {
  const version = core.version(subject, wanted, false)
  const schema = read(core, subject, request, normalize)
  return faultsAgainst(core, core.state.levelFor(subject), schema, [version])
}

/** Why a schema does not fit a subject at its level; empty when it does, or when the subject has no version. Refuses with 42201. */
export const faultsWithSubject = (
  core: Core,
  subject: string,
  request: SchemaRequest,
  normalize: boolean,
): readonly string[] => {
  const live = liveVersions(core, subject)
  const schema = read(core, subject, request, normalize)
  return faultsAgainst(core, core.state.levelFor(subject), schema, live)
}
