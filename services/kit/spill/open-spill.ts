import type { RawMessage } from '../broker.ts'
import { StartFault } from '../errors.ts'
import { belongsToUs, leaveFolder, newFolder, showLife, takeOver } from './folder-claims.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Place, Spill, SpillOptions } from './spill.ts'

const beatMs = 2000
const probeName = 'writable'

interface Claim extends Place {
  readonly journal: Journal
}

/**
 * A folder of subfolders, one a process. A process shows that it lives by the time of a file; the folder of one that does not is
 * taken over by renaming it, which only one can do. Who finds his own renamed, because he stood still for too long, begins anew.
 */
class SharedFolder implements Spill {
  readonly #options: SpillOptions
  readonly #over = new AbortController()
  readonly #adopted: Claim[] = []
  #own: Claim | undefined
  #opening: Promise<Claim> | undefined
  #reading: Claim | undefined
  #beating: Promise<void> | undefined

  constructor(options: SpillOptions) {
    this.#options = options
  }

  async keep(messages: readonly RawMessage[]): Promise<Place> {
    const own = await this.#openOwn()
    try {
      await own.journal.append(messages)
      if (await this.#isMine(own)) return own
    } catch (error) {
      if (await this.#isMine(own)) throw error
    }
    // Somebody took the folder over, perhaps before the records were in it.
    this.#own = undefined
    const next = await this.#openOwn()
    await next.journal.append(messages)
    return next
  }

  async oldest(recordsMax: number): Promise<readonly RawMessage[]> {
    for (const claim of this.#claims()) {
      this.#reading = claim
      const some = await this.#oldestOf(claim, recordsMax)
      if (some.length > 0) return some
      if (claim !== this.#own) await this.#giveUp(claim)
    }
    return []
  }

  async took(records: number): Promise<void> {
    await this.#reading?.journal.took(records)
  }

  async tookKept(place: Place, records: number): Promise<void> {
    const own = this.#own
    if (own === undefined || own !== place) return
    await own.journal.oldest(records)
    await own.journal.took(records)
  }

  sizeBytes(): number {
    return this.#claims().reduce((sum, { journal }) => sum + journal.sizeBytes(), 0)
  }

  async start(found: () => void): Promise<void> {
    const { files, folder } = this.#options
    try {
      await files.makeFolder(folder)
      await files.touch(`${folder}/${probeName}`)
    } catch (error) {
      const because = error instanceof Error ? error.message : 'no reason given'
      throw new StartFault(`Nothing can be kept in the spill folder ${folder}: ${because}`)
    }
    await this.#look(found)
    this.#beating = this.#beat(found)
  }

  async close(): Promise<void> {
    this.#over.abort()
    await this.#beating
    for (const claim of this.#claims()) await this.#leave(claim)
    this.#adopted.length = 0
    this.#own = undefined
  }

  async #beat(found: () => void): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#over
    for (;;) {
      await clock.wait(beatMs, signal)
      if (signal.aborted) return
      await this.#look(found)
    }
  }

  /** Shows life and looks for folders that nobody holds. */
  async #look(found: () => void): Promise<void> {
    try {
      await this.#showLife()
      if (await this.#adoptAll()) found()
    } catch (error) {
      this.#options.complain(error)
    }
  }

  async #showLife(): Promise<void> {
    const { files } = this.#options
    // A folder that was taken over has no such path any more; `keep` and `oldest` find that out.
    for (const { folder } of this.#claims()) await showLife(files, folder).catch(() => undefined)
  }

  async #adoptAll(): Promise<boolean> {
    const { files, folder } = this.#options
    const mine = new Set(this.#claims().map((claim) => claim.folder))
    const others = (await files.names(folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !mine.has(path) && !path.endsWith(probeName))
    if (others.length === 0) return false
    const own = await this.#openOwn()
    const before = this.#adopted.length
    for (const path of others) {
      const taken = path === own.folder ? undefined : await takeOver(files, path, own.folder)
      if (taken !== undefined) this.#adopted.push(await this.#open(taken))
    }
    return this.#adopted.length > before
  }

  async #isMine({ folder }: Claim): Promise<boolean> {
    return belongsToUs(this.#options.files, folder)
  }

  /** Own and adopted, the adopted first: what they hold is older. */
  #claims(): readonly Claim[] {
    return [...this.#adopted, ...(this.#own === undefined ? [] : [this.#own])]
  }

  async #openOwn(): Promise<Claim> {
    if (this.#own !== undefined) return this.#own
    this.#opening ??= this.#makeOwn().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #makeOwn(): Promise<Claim> {
    this.#own = await this.#open(await newFolder(this.#options.files, this.#options.folder))
    return this.#own
  }

  async #open(folder: string): Promise<Claim> {
    const { files, bytesMax, ageMaxMs, lost, clock } = this.#options
    const nowMs = () => clock.nowMs()
    return {
      folder,
      journal: await openJournal({ files, folder, bytesMax, ageMaxMs, lost, nowMs }),
    }
  }

  async #oldestOf(claim: Claim, recordsMax: number): Promise<readonly RawMessage[]> {
    try {
      return await claim.journal.oldest(recordsMax)
    } catch (error) {
      if (await this.#isMine(claim)) throw error
      if (claim === this.#own) this.#own = undefined
      return []
    }
  }

  async #giveUp(claim: Claim): Promise<void> {
    const index = this.#adopted.indexOf(claim)
    if (index !== -1) this.#adopted.splice(index, 1)
    await this.#options.files.remove(claim.folder)
  }

  async #leave(claim: Claim): Promise<void> {
    const { files, complain } = this.#options
    const { folder, journal } = claim
    try {
      if (!(await this.#isMine(claim))) return
      if (journal.sizeBytes() === 0) await files.remove(folder)
      else await leaveFolder(files, folder)
    } catch (error) {
      complain(error)
    }
  }
}

/** Opens the folder; nothing is written before the first record has to be kept. */
export const openSpill = (options: SpillOptions): Spill => new SharedFolder(options)
