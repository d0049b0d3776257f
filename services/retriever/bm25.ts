/** What BM25 knows of a collection, for the terms of one query. */
export interface Corpus {
  /** Chunks in the collection. */
  readonly chunks: number
  /** Mean number of terms of a chunk. */
  readonly meanLength: number
  /** Chunks that contain each term of the query. */
  readonly containing: readonly number[]
}

/** A chunk that contains at least one term of the query. */
export interface Match {
  /** Its number of terms. */
  readonly length: number
  /** How often it contains each term of the query. */
  readonly frequencies: readonly number[]
}

/** Saturation of a term's frequency, and how much long chunks are held back; the usual values of the literature. */
export const bm25Constants = { k1: 1.2, b: 0.75 } as const

/**
 * Weight of a term by its rarity: ln(1 + (N − n + 0.5) / (n + 0.5)), the form that is never negative (Robertson and
 * Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the 1 + of Lucene).
 */
export const rarityOf = (chunks: number, containing: number): number =>
  Math.log(1 + Math.max(0, chunks - containing + 0.5) / (containing + 0.5))

/** The BM25 score of a match; 0 or more, more is better. */
export const bm25 = ({ length, frequencies }: Match, corpus: Corpus): number => {
  const { k1, b } = bm25Constants
  const { chunks, meanLength, containing } = corpus
  const relative = meanLength > 0 ? length / meanLength : 1
  const damping = k1 * (1 - b + b * relative)
  return frequencies.reduce((score, frequency, term) => {
    if (frequency === 0) return score
    const rarity = rarityOf(chunks, containing[term] ?? 0)
    return score + (rarity * frequency * (k1 + 1)) / (frequency + damping)
  }, 0)
}
