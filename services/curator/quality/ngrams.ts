import type { Word } from './scan.ts'

/** The n-grams of one length that occur more than once. */
interface Level {
  /** Where one begins, rising; what is not named here occurs once. */
  readonly places: readonly number[]
  /** Which n-gram begins there: equal n-grams have equal numbers. */
  readonly groups: readonly number[]
  /** How often the n-gram of each number occurs. */
  readonly counts: readonly number[]
}

const nothing: Level = { places: [], groups: [], counts: [] }

/** Keeps the places whose key occurs more than once, and numbers the keys. */
const levelOf = (places: readonly number[], keys: readonly number[]): Level => {
  const numbers = new Map<number, number>()
  const counts: number[] = []
  const all: number[] = []
  for (const key of keys) {
    const number = numbers.get(key) ?? counts.length
    if (number === counts.length) numbers.set(key, number)
    counts[number] = (counts[number] ?? 0) + 1
    all.push(number)
  }
  return counts.length === keys.length ? nothing : repeating(places, all, counts)
}

const repeating = (
  places: readonly number[],
  numbers: readonly number[],
  counts: readonly number[],
): Level => {
  const kept: number[] = []
  const groups: number[] = []
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] ?? 0
    if (counts[number] === 1) continue
    kept.push(places[index] ?? 0)
    groups.push(number)
  }
  return { places: kept, groups, counts }
}

/**
 * Finds the n-grams of words that repeat, from single words upwards. One can only repeat where its beginning does, so that
 * longer ones cost nothing in most texts.
 */
export class Ngrams {
  readonly #words: readonly Word[]
  readonly #ids: readonly number[]
  readonly #distinct: number
  readonly #levels: Level[]

  constructor(words: readonly Word[]) {
    const known = new Map<string, number>()
    const ids: number[] = []
    const places: number[] = []
    const counts: number[] = []
    for (const { text } of words) {
      const id = known.get(text) ?? counts.length
      if (id === counts.length) known.set(text, id)
      counts[id] = (counts[id] ?? 0) + 1
      places.push(ids.length)
      ids.push(id)
    }
    this.#words = words
    this.#ids = ids
    this.#distinct = counts.length
    this.#levels = [repeating(places, ids, counts)]
  }

  /** The most frequent n-gram, the first of them where several are; undefined for a text of fewer words. */
  top(n: number): readonly Word[] | undefined {
    if (this.#words.length < n) return undefined
    const { places, groups, counts } = this.#level(n)
    let best = 0
    let bestCount = 1
    for (let index = 0; index < places.length; index += 1) {
      const count = counts[groups[index] ?? 0] ?? 1
      if (count > bestCount) {
        best = places[index] ?? 0
        bestCount = count
      }
    }
    return this.#words.slice(best, best + n)
  }

  /** Where n-grams begin that have occurred before, rising. */
  repeats(n: number): readonly number[] {
    const { places, groups } = this.#level(n)
    const seen = new Set<number>()
    return places.filter((_, index) => {
      const group = groups[index] ?? 0
      const before = seen.has(group)
      seen.add(group)
      return before
    })
  }

  #level(n: number): Level {
    for (let size = this.#levels.length + 1; size <= n; size += 1) {
      this.#levels.push(this.#longer(this.#levels.at(-1) ?? nothing, size))
    }
    return this.#levels[n - 1] ?? nothing
  }

  #longer({ places, groups }: Level, n: number): Level {
    if (places.length === 0) return nothing
    const inside = places.filter((place) => place + n <= this.#words.length)
    const keys = inside.map(
      (place, index) => (groups[index] ?? 0) * this.#distinct + (this.#ids[place + n - 1] ?? 0),
    )
    return levelOf(inside, keys)
  }
}
