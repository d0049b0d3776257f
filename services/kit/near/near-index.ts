import { byteOf, likenessFrom, type Sketch, sketchBins } from './sketch.ts'

/** Bounds of an index, and how it bands. */
export interface NearIndexOptions {
  /** Entries that are kept; the oldest makes room. */
  readonly entriesMax: number
  /** Two sketches meet when all rows of one band agree. 20 bands of 13 rows unless set, as NeMo Curator's: ≈ .79 Jaccard. */
  readonly bands?: number
  readonly rows?: number
  /** Most entries that a search compares in full; 64 unless set. */
  readonly comparedMax?: number
}

/** What a search found: what was stored with an entry, and its estimated Jaccard likeness. */
export interface Near<Payload> {
  readonly payload: Payload
  readonly likeness: number
}

/** Two 32-bit digests: entries of other scopes are never compared. */
export type NearScope = readonly [number, number]

/** Locality-sensitive index of sketches. */
export interface NearIndex<Payload> {
  /** The likest accepted entry of the scope that meets in a band, the newest of equals; its likeness may be any. */
  find(
    sketch: Sketch,
    scope: NearScope,
    accepts: (payload: Payload) => boolean,
  ): Near<Payload> | undefined
  /** All entries of the scope that meet in a band and are so much alike, up to `comparedMax`. */
  all(sketch: Sketch, scope: NearScope, likenessMin: number): readonly Near<Payload>[]
  add(sketch: Sketch, scope: NearScope, payload: Payload): void
}

const powerOfTwoFrom = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, least)))

/**
 * Entries live in a ring of typed arrays: one byte a bin, and for each band a chain from entry to older entry of the same
 * bucket, as in LZ77's hash chains. An entry that the ring has overwritten ends its chains, so nothing is ever removed.
 * Cost of a search: one step a band and comparison, whatever the index holds. Some 460 to 540 bytes an entry at 20 bands.
 */
class Ring<Payload> implements NearIndex<Payload> {
  readonly #bands: number
  readonly #rows: number
  readonly #comparedMax: number
  readonly #entriesMax: number
  readonly #headMask: number
  readonly #heads: Uint32Array
  readonly #older: Uint32Array
  readonly #bytes: Uint8Array
  readonly #scopes: Uint32Array
  readonly #visits: Uint32Array
  readonly #payloads: Payload[] = []
  readonly #own = new Uint8Array(sketchBins)
  readonly #buckets: Uint32Array
  #bucketed: Sketch | undefined
  #bucketedScope: NearScope | undefined
  #next = 1
  #search = 0

  constructor({ entriesMax, bands = 20, rows = 13, comparedMax = 64 }: NearIndexOptions) {
    if (bands * rows > sketchBins) throw new Error(`${bands} bands of ${rows} rows need more bins`)
    const buckets = powerOfTwoFrom(entriesMax)
    this.#bands = bands
    this.#rows = rows
    this.#comparedMax = comparedMax
    this.#entriesMax = entriesMax
    this.#headMask = buckets - 1
    this.#heads = new Uint32Array(bands * buckets)
    this.#older = new Uint32Array(bands * entriesMax)
    this.#bytes = new Uint8Array(sketchBins * entriesMax)
    this.#scopes = new Uint32Array(2 * entriesMax)
    this.#buckets = new Uint32Array(bands)
    this.#visits = new Uint32Array(entriesMax)
  }

  /** The bucket of each band; kept for the entry that is searched for and then added. */
  #bucketsOf(sketch: Sketch, scope: NearScope): Uint32Array {
    if (this.#bucketed === sketch && this.#bucketedScope === scope) return this.#buckets
    for (let band = 0, row = 0; band < this.#bands; band += 1) {
      let hash = scope[0] ^ Math.imul(band + 1, 0x9e3779b1)
      for (const end = row + this.#rows; row < end; row += 1) {
        hash = Math.imul(hash ^ (sketch[row] ?? 0), 0x85ebca6b)
        hash ^= hash >>> 15
      }
      this.#buckets[band] = band * (this.#headMask + 1) + (hash & this.#headMask)
    }
    this.#bucketed = sketch
    this.#bucketedScope = scope
    return this.#buckets
  }

  /** Numbers wrap after 2^32 entries; 0 is no entry. */
  #ageOf(entry: number): number {
    return entry === 0 ? Number.POSITIVE_INFINITY : (this.#next - entry) >>> 0
  }

  #isInBucket(slot: number, band: number, scope: NearScope): boolean {
    if (this.#scopes[2 * slot] !== scope[0] || this.#scopes[2 * slot + 1] !== scope[1]) return false
    const from = slot * sketchBins
    for (let row = band * this.#rows; row < (band + 1) * this.#rows; row += 1)
      if (this.#bytes[from + row] !== this.#own[row]) return false
    return true
  }

  #likeness(slot: number): number {
    const from = slot * sketchBins
    let agreeing = 0
    for (let bin = 0; bin < sketchBins; bin += 1)
      if (this.#bytes[from + bin] === this.#own[bin]) agreeing += 1
    return likenessFrom(agreeing, sketchBins)
  }

  #isThere(entry: number): boolean {
    return this.#ageOf(entry) <= this.#entriesMax
  }

  /** The next older entry of a band's chain; 0 at its end, which is also where the ring has overwritten it. */
  #olderOf(entry: number, band: number): number {
    const older = this.#older[band * this.#entriesMax + (entry % this.#entriesMax)] ?? 0
    return this.#isThere(older) && this.#ageOf(older) > this.#ageOf(entry) ? older : 0
  }

  /** Adds the entries of a bucket that this search has not met yet, the newest first. */
  #meet(bucket: number, band: number, scope: NearScope, met: number[]): void {
    const head = this.#heads[bucket] ?? 0
    let entry = this.#isThere(head) ? head : 0
    for (let steps = 0; entry !== 0 && steps < 4 * this.#comparedMax; steps += 1) {
      if (met.length >= this.#comparedMax) return
      const slot = entry % this.#entriesMax
      if (this.#visits[slot] !== this.#search && this.#isInBucket(slot, band, scope)) {
        this.#visits[slot] = this.#search
        met.push(slot)
      }
      entry = this.#olderOf(entry, band)
    }
  }

  #met(sketch: Sketch, scope: NearScope): readonly number[] {
    this.#search = (this.#search + 1) >>> 0 || 1
    for (let bin = 0; bin < sketchBins; bin += 1) this.#own[bin] = byteOf(sketch[bin] ?? 0, bin)
    const met: number[] = []
    const buckets = this.#bucketsOf(sketch, scope)
    for (let band = 0; band < this.#bands; band += 1)
      this.#meet(buckets[band] ?? 0, band, scope, met)
    return met
  }

  find(
    sketch: Sketch,
    scope: NearScope,
    accepts: (payload: Payload) => boolean,
  ): Near<Payload> | undefined {
    let best: Near<Payload> | undefined
    for (const slot of this.#met(sketch, scope)) {
      const payload = this.#payloads[slot]
      if (payload === undefined || !accepts(payload)) continue
      const likeness = this.#likeness(slot)
      if (likeness > (best?.likeness ?? -1)) best = { payload, likeness }
    }
    return best
  }

  all(sketch: Sketch, scope: NearScope, likenessMin: number): readonly Near<Payload>[] {
    return this.#met(sketch, scope).flatMap((slot) => {
      const payload = this.#payloads[slot]
      const likeness = this.#likeness(slot)
      return payload === undefined || likeness < likenessMin ? [] : [{ payload, likeness }]
    })
  }

  add(sketch: Sketch, scope: NearScope, payload: Payload): void {
    const entry = this.#next
    const slot = entry % this.#entriesMax
    this.#payloads[slot] = payload
    this.#scopes.set(scope, 2 * slot)
    const from = slot * sketchBins
    for (let bin = 0; bin < sketchBins; bin += 1)
      this.#bytes[from + bin] = byteOf(sketch[bin] ?? 0, bin)
    const buckets = this.#bucketsOf(sketch, scope)
    for (let band = 0; band < this.#bands; band += 1) {
      const bucket = buckets[band] ?? 0
      this.#older[band * this.#entriesMax + slot] = this.#heads[bucket] ?? 0
      this.#heads[bucket] = entry
    }
    this.#next = (entry + 1) >>> 0 || 1
  }
}

/** An empty index of sketches of 260 bins. */
export const nearIndex = <Payload>(options: NearIndexOptions): NearIndex<Payload> =>
  new Ring<Payload>(options)
