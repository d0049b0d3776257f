import type { Consumer } from 'kafkajs'

interface Round {
  readonly startedMs: number
  readonly answeredBy: Set<string>
  clean: boolean
}

/**
 * Watches a consumer's fetches for one proof: that everything readable was read. kafkajs says nothing of a fetch that came
 * back without records, and passes a failed one off as empty. So a round counts only when the broker's answer took as long as
 * the cluster may hold back an *empty* fetch (with one readable record, or an error, it answers at once), nothing was handed
 * over, and neither a join nor work of ours lay in between.
 */
export class FetchRounds {
  readonly #current = new Map<number, Round>()
  readonly #emptySinceMs = new Map<number, number>()
  readonly #fetchWaitMs: number
  readonly #isBusy: () => boolean
  readonly #onEmpty: () => void
  /** Node ids to addresses, host:port. */
  addresses: ReadonlyMap<number, string> = new Map()

  constructor(fetchWaitMs: number, isBusy: () => boolean, onEmpty: () => void) {
    this.#fetchWaitMs = fetchWaitMs
    this.#isBusy = isBusy
    this.#onEmpty = onEmpty
  }

  watch(consumer: Consumer): void {
    const { events } = consumer
    this.#current.clear()
    // kafkajs says a number and means its text.
    consumer.on(events.FETCH_START, ({ payload }) => this.#begin(Number(payload.nodeId)))
    consumer.on(events.REQUEST, ({ payload: { apiName, broker, duration } }) => {
      if (apiName !== 'Fetch' || duration < this.#fetchWaitMs * 0.8) return
      for (const round of this.#current.values()) round.answeredBy.add(broker)
    })
    consumer.on(events.START_BATCH_PROCESS, () => this.#spoil())
    consumer.on(events.GROUP_JOIN, () => this.#spoil())
  }

  /** Whether a fetch from this node that began after the given time (of `performance.now`) found nothing to read. */
  foundNothingSince(nodeId: number, sinceMs: number): boolean {
    return (this.#emptySinceMs.get(nodeId) ?? Number.NEGATIVE_INFINITY) > sinceMs
  }

  #spoil(): void {
    for (const round of this.#current.values()) round.clean = false
  }

  #begin(nodeId: number): void {
    const last = this.#current.get(nodeId)
    const address = this.addresses.get(nodeId) ?? ''
    const isEmpty = last?.clean === true && last.answeredBy.has(address) && !this.#isBusy()
    this.#current.set(nodeId, {
      startedMs: performance.now(),
      answeredBy: new Set(),
      clean: !this.#isBusy(),
    })
    if (!isEmpty) return
    this.#emptySinceMs.set(nodeId, last.startedMs)
    this.#onEmpty()
  }
}
