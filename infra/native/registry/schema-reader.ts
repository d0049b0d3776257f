import { InvalidAvro } from './avro/definition-reader.ts'
import type { AvroSchema } from './avro/model.ts'
import { parseAvro } from './avro/parse.ts'
import { printAvro } from './avro/print.ts'
import type { Reference } from './log-record.ts'
import { refuse } from './registry-error.ts'
import type { Content, RegistryState, Version } from './state.ts'

/** A schema as a client sends it. */
export interface SchemaRequest {
  readonly schema: string
  readonly schemaType: string
  readonly references: readonly Reference[]
}

/** A request that was understood: its one canonical form, and what it means. */
export interface ReadSchema {
  readonly content: Content
  readonly avro: AvroSchema
}

const byName = (a: Reference, b: Reference): number => (a.name < b.name ? -1 : 1)

const withoutRepeats = (references: readonly Reference[]): readonly Reference[] => [
  ...new Map(references.map((reference) => [reference.name, reference])).values(),
]

/** Turns texts into schemas, with what they refer to in other subjects. */
export class SchemaReader {
  readonly #state: RegistryState
  readonly #parsed = new WeakMap<Content, AvroSchema>()

  constructor(state: RegistryState) {
    this.#state = state
  }

  /** Reads what a client sent. Throws the refusal 42201 with the reason. */
  read(request: SchemaRequest, normalize: boolean): ReadSchema {
    if (request.schemaType !== 'AVRO') throw refuse.notServed(`Schema type ${request.schemaType}`)
    const pinned = request.references.map((reference) => this.#pin(reference))
    const references = normalize ? withoutRepeats(pinned.toSorted(byName)) : pinned
    try {
      const avro = parseAvro(request.schema, this.#textsOf(references))
      return {
        content: { schema: printAvro(avro, { normalize }), schemaType: 'AVRO', references },
        avro,
      }
    } catch (error) {
      if (error instanceof InvalidAvro) throw refuse.invalidSchema(error.message)
      throw error
    }
  }

  /** What the schema with this id means; undefined where another registry wrote what can't be read here. */
  avroOf(id: number): AvroSchema | undefined {
    const content = this.#state.contentOf(id)
    if (content?.schemaType !== 'AVRO') return undefined
    const known = this.#parsed.get(content)
    if (known !== undefined) return known
    try {
      const texts = this.#textsOf(content.references)
      const avro = parseAvro(content.schema, texts, { trusted: true })
      this.#parsed.set(content, avro)
      return avro
    } catch {
      return undefined
    }
  }

  /** The text of a stored schema with its references written out; undefined where it can't be read. */
  resolvedText(id: number): string | undefined {
    const avro = this.avroOf(id)
    return avro === undefined ? undefined : printAvro(avro, { resolved: true })
  }

  #pin(reference: Reference): Reference {
    if (reference.version !== -1) return reference
    const latest = this.#state
      .versionsOf(reference.subject)
      .findLast((candidate) => !candidate.deleted)
    return { ...reference, version: latest?.version ?? -1 }
  }

  #find({ name, subject, version }: Reference): Version {
    const found = this.#state
      .versionsOf(subject)
      .find((candidate) => candidate.version === version && candidate.schemaType === 'AVRO')
    if (found !== undefined) return found
    throw refuse.invalidSchema(
      `No schema reference found for subject "${subject}" and version ${version} (${name})`,
    )
  }

  #textsOf(references: readonly Reference[], seen = new Set<string>()): readonly string[] {
    return references.flatMap((reference) => {
      const found = this.#find(reference)
      const place = `${found.version}:${found.subject}`
      if (seen.has(place)) return []
      seen.add(place)
      return [...this.#textsOf(found.references, seen), found.schema]
    })
  }
}
