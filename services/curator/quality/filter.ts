import type { TextView } from './text-view.ts'

/** What a score must be for a text to stay. */
export interface Bounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
  /** As `min`, but the bound itself is not enough. */
  readonly above?: number | undefined
  /** A text of fewer words is not asked. */
  readonly wordsMin?: number | undefined
}

/**
 * A heuristic filter of NVIDIA NeMo Curator under its own name: a score of a text, and the bounds within which a text is
 * kept. Most come from Gopher (Rae et al. 2021, arXiv:2112.11446) and C4 (Raffel et al. 2020, arXiv:1910.10683).
 */
export interface Filter {
  readonly name: string
  readonly bounds: Bounds
  /** A number for any text; of an empty one the number at which it is not kept. */
  readonly score: (text: TextView) => number
}

/** Whether a score lies within bounds; `min` and `max` belong to them. */
export const isWithin = (
  score: number,
  { min = -Infinity, max = Infinity, above = -Infinity }: Bounds,
): boolean => score >= min && score <= max && score > above

/** The share `part / all`, and `empty` where there is nothing to share. */
export const shareOf = (part: number, all: number, empty: number): number =>
  all === 0 ? empty : part / all
