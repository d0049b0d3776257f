import type { LogRecord } from './log-record.ts'
import { refuse } from './registry-error.ts'
import { SchemaReader } from './schema-reader.ts'
import { RegistryState, type Version } from './state.ts'
import type { Apply, SchemaStore } from './store.ts'

/** What every operation works on: the state, the log behind it, and one writer at a time. */
export class Core {
  readonly state: RegistryState
  readonly schemas: SchemaReader
  readonly #store: SchemaStore
  #last: Promise<unknown> = Promise.resolve()

  private constructor(state: RegistryState, store: SchemaStore) {
    this.state = state
    this.schemas = new SchemaReader(state)
    this.#store = store
  }

  /** Opens the log and fills the state from it. Rejects as `open` does. */
  static async open(open: (apply: Apply) => SchemaStore | Promise<SchemaStore>): Promise<Core> {
    const state = new RegistryState()
    return new Core(state, await open((record) => state.apply(record)))
  }

  /** Lets the write at hand end, then closes the log. */
  async close(): Promise<void> {
    await this.#last
    await this.#store.close()
  }

  /**
   * Decides and writes without another write in between: `decide` sees every write that was answered before. It returns the records to
   * write and the answer to give once they are in the log. Throws 50001 when the log can't be written.
   */
  write<T>(
    decide: () => { readonly records: readonly LogRecord[]; readonly answer: T },
  ): Promise<T> {
    const turn = this.#last.then(async () => {
      const { records, answer } = decide()
      if (records.length > 0) await this.#append(records)
      return answer
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** A subject's versions, soft-deleted ones only if asked for. Throws 40401 when there is none. */
  versions(subject: string, withDeleted: boolean): readonly Version[] {
    const versions = this.state
      .versionsOf(subject)
      .filter((version) => withDeleted || !version.deleted)
    if (versions.length === 0) throw refuse.subjectNotFound(subject)
    return versions
  }

  /** One version by its number, `latest` or -1. Throws 42202, 40401 or 40402. */
  version(subject: string, wanted: string, withDeleted: boolean): Version {
    const number = versionNumber(wanted)
    const versions = this.versions(subject, withDeleted)
    const found =
      number === 'latest'
        ? versions.at(-1)
        : versions.find((candidate) => candidate.version === number)
    if (found === undefined) throw refuse.versionNotFound(wanted)
    return found
  }

  /** Refuses a write where the mode forbids it (42205). */
  guardWritable(subject: string): void {
    if (!this.state.modeFor(subject).startsWith('READONLY')) return
    throw refuse.notPermitted(`Subject ${subject} is in read-only mode`)
  }

  async #append(records: readonly LogRecord[]): Promise<void> {
    try {
      await this.#store.append(records)
    } catch (error) {
      throw refuse.storeFailed(error instanceof Error ? error.message : String(error))
    }
  }
}

const versionMax = 2 ** 31 - 1

/** A version as clients write it. Throws 42202. */
export const versionNumber = (wanted: string): number | 'latest' => {
  if (wanted === 'latest' || wanted === '-1') return 'latest'
  const number = /^\d{1,10}$/.test(wanted) ? Number(wanted) : 0
  if (number < 1 || number > versionMax) throw refuse.invalidVersion(wanted)
  return number
}
