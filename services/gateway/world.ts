import type { HttpResponse, Prices, StudentModel } from '#kit'
import type { ModelReference } from '#schemas'

/** Who serves a workload now. */
export type Champion =
  /** Nobody was promoted: the production model. */
  | { readonly kind: 'none' }
  /** Somebody was promoted that can't be loaded: the production model, until he can. */
  | { readonly kind: 'unavailable'; readonly reference: ModelReference }
  | {
      readonly kind: 'loaded'
      readonly reference: ModelReference
      /** Share of the workload's calls that he has, 0 to 1. */
      readonly share: number
      readonly student: StudentModel
    }

/** A promoted model, for the list of models. */
export interface ListedChampion {
  readonly workload: string
  readonly reference: ModelReference
  readonly decidedAtMs: number
}

/** The champions, as the last promotions left them. */
export interface Champions {
  /** Who serves the workload; a new champion only once he is loaded, his predecessor until then. */
  of(workload: string): Promise<Champion>
  all(): readonly ListedChampion[]
}

/** What a student says of a text. */
export interface StudentAnswer {
  readonly label: string
  /** Probability of the label, 0 to 1. */
  readonly confidence: number
  /** What the answer took, milliseconds of CPU. */
  readonly cpuMs: number
}

/** A piece of a document that may help to answer. */
export interface ContextChunk {
  readonly chunkId: string
  readonly title: string
  readonly heading: string
  readonly text: string
}

/** What the gateway needs of the outside. */
export interface World {
  readonly champions: Champions
  answer(student: StudentModel, text: string): StudentAnswer
  /** The chunks that fit a question best; undefined when the retriever can't say. */
  retrieve(
    collection: string,
    question: string,
    limit: number,
  ): Promise<readonly ContextChunk[] | undefined>
  /** Posts a chat completion to the production model. Throws `Transient` when no answer came, `AddressRefused` for its address. */
  upstream(
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<HttpResponse>
  readonly prices: Prices
  /** A clock that only runs forward, milliseconds. */
  clockMs(): number
  /** Aborts after so many milliseconds. */
  timeout(afterMs: number): AbortSignal
  /** Lets others have their turn in the middle of long work. */
  giveWay(): Promise<void>
}
