import { createHash } from 'node:crypto'
import type { Config, Level, LogRecord, Mode, StoredVersion } from './log-record.ts'

/** What makes two schemas the same: type, canonical text and references. */
export type Content = Pick<StoredVersion, 'schema' | 'schemaType' | 'references'>

/** A version with its place. */
export interface Version extends StoredVersion {
  readonly subject: string
  readonly version: number
}

const digestOf = ({ schema, schemaType, references }: Content): string =>
  createHash('md5')
    .update(
      JSON.stringify([
        schemaType,
        schema,
        references.map(({ name, subject, version }) => [name, subject, version]),
      ]),
    )
    .digest('hex')

/** A schema's identifier by content alone, as a UUID: two registries that know the same schema give it the same one. */
export const guidOf = (content: Content): string =>
  digestOf(content).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** Everything the log says, held in memory. `apply` is the only way in, so a replay of the log gives the same state. */
export class RegistryState {
  readonly #versions = new Map<string, Map<number, StoredVersion>>()
  readonly #configs = new Map<string | null, Config>()
  readonly #modes = new Map<string | null, Mode>()
  readonly #uses = new Map<number, { readonly content: Content; places: number }>()
  readonly #ids = new Map<string, number>()
  #highestId = 0

  /** The highest id that was ever given: an id is never given twice, not even after a hard deletion. */
  get highestId(): number {
    return this.#highestId
  }

  /** Takes the next record of the log. */
  apply(record: LogRecord): void {
    switch (record.kind) {
      case 'schema':
        this.#place(record.subject, record.version, record.value)
        break
      case 'config':
        set(this.#configs, record.subject, record.value)
        break
      case 'mode':
        set(this.#modes, record.subject, record.value)
        break
      case 'delete-subject':
        if (record.value !== null) this.#softDelete(record.subject, record.value.version)
        break
      case 'highest-id':
        this.#highestId = Math.max(this.#highestId, record.value?.id ?? 0)
        break
      case 'noop':
    }
  }

  /** Every version of a subject, soft-deleted ones included, lowest first; empty for an unknown subject. */
  versionsOf(subject: string): readonly Version[] {
    const versions = [...(this.#versions.get(subject) ?? [])]
    return versions
      .sort(([a], [b]) => a - b)
      .map(([version, stored]) => ({ subject, version, ...stored }))
  }

  /** Every subject with at least one version, soft-deleted ones included, in order. */
  subjects(): readonly string[] {
    return [...this.#versions.keys()].sort()
  }

  /** Every version of every subject. */
  allVersions(): readonly Version[] {
    return this.subjects().flatMap((subject) => this.versionsOf(subject))
  }

  /** The schema with this id. */
  contentOf(id: number): Content | undefined {
    return this.#uses.get(id)?.content
  }

  /** The id of this content, in whichever subject it was registered. */
  idOf(content: Content): number | undefined {
    return this.#ids.get(digestOf(content))
  }

  /** The id with this guid. */
  idOfGuid(guid: string): number | undefined {
    return this.#ids.get(guid.replaceAll('-', '').toLowerCase())
  }

  /** The settings of a subject itself, or of the whole registry for null. */
  configOf(subject: string | null): Config | undefined {
    return this.#configs.get(subject)
  }

  /** The level that holds for a subject. */
  levelFor(subject: string): Level {
    return (this.configOf(subject) ?? this.configOf(null))?.compatibilityLevel ?? 'BACKWARD'
  }

  /** Whether schemas of a subject are normalised without being asked. */
  normalizes(subject: string): boolean {
    return this.configOf(subject)?.normalize ?? this.configOf(null)?.normalize ?? false
  }

  /** The mode of a subject itself, or of the whole registry for null. */
  modeOf(subject: string | null): Mode | undefined {
    return this.#modes.get(subject)
  }

  /** The mode that holds for a subject. READONLY_OVERRIDE of the whole registry beats every subject's own. */
  modeFor(subject: string): Mode {
    const overall = this.modeOf(null) ?? 'READWRITE'
    return overall === 'READONLY_OVERRIDE' ? overall : (this.modeOf(subject) ?? overall)
  }

  #softDelete(subject: string, through: number): void {
    for (const { version, id, schema, schemaType, references } of this.versionsOf(subject)) {
      const value = { id, schema, schemaType, references, deleted: true }
      if (version <= through) this.#place(subject, version, value)
    }
  }

  #place(subject: string, version: number, value: StoredVersion | null): void {
    const versions = this.#versions.get(subject) ?? new Map<number, StoredVersion>()
    const before = versions.get(version)
    if (value !== null) this.#use(value)
    if (before !== undefined) this.#disuse(before.id)
    set(versions, version, value)
    set(this.#versions, subject, versions.size === 0 ? null : versions)
  }

  #use({ id, schema, schemaType, references }: StoredVersion): void {
    const use = this.#uses.get(id) ?? { content: { schema, schemaType, references }, places: 0 }
    use.places += 1
    this.#uses.set(id, use)
    this.#highestId = Math.max(this.#highestId, id)
    const digest = digestOf(use.content)
    this.#ids.set(digest, Math.min(id, this.#ids.get(digest) ?? id))
  }

  #disuse(id: number): void {
    const use = this.#uses.get(id)
    if (use === undefined) return
    use.places -= 1
    if (use.places > 0) return
    this.#uses.delete(id)
    const digest = digestOf(use.content)
    if (this.#ids.get(digest) === id) this.#ids.delete(digest)
  }
}

const set = <K, V>(map: Map<K, V>, key: K, value: V | null): void => {
  if (value === null) map.delete(key)
  else map.set(key, value)
}
