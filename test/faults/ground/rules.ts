import type { Moments, Point } from '../moments.ts'
import type { Api } from '../proxies/frames.ts'
import type { HttpWatch, Treatment } from '../proxies/http-proxy.ts'
import type { KafkaWatch } from '../proxies/kafka-proxy.ts'

/** What happens to the next INSERT: nothing more than the proxy can do to it. */
export type InsertRule = Treatment

const asked: Partial<Record<Api, Point>> = {
  offsetCommit: 'commit asked',
  addPartitions: 'outputs asked',
  endTransaction: 'transaction end asked',
}

const answered: Partial<Record<Api, Point>> = {
  offsetCommit: 'commit answered',
  addPartitions: 'outputs answered',
  endTransaction: 'transaction end answered',
}

const isInsert = (url: URL): boolean => /^\s*insert/i.test(url.searchParams.get('query') ?? '')

/** What the proxies do at the moment; faults change it and take it back. */
export class Rules {
  /** Asked for every INSERT; undefined lets it pass. */
  insertRule: (() => InsertRule | undefined) | undefined
  readonly #losing = new Map<Api, number>()
  readonly #moments: Moments

  constructor(moments: Moments) {
    this.#moments = moments
  }

  /** Cuts the connection instead of passing on the next so many answers to such requests. */
  loseAnswers(api: Api, times: number): void {
    this.#losing.set(api, times)
  }

  /** Lets everything pass again. */
  clear(): void {
    this.insertRule = undefined
    this.#losing.clear()
  }

  readonly kafka: KafkaWatch = {
    asked: (api) => this.#reach(asked[api]),
    answered: (api) => {
      const left = this.#losing.get(api) ?? 0
      if (left > 0) this.#losing.set(api, left - 1)
      this.#reach(answered[api])
      return left > 0 ? 'lost' : 'passed'
    },
  }

  readonly clickhouse: HttpWatch = {
    treat: (url) => {
      if (!isInsert(url)) return { kind: 'pass' }
      this.#reach('insert asked')
      return this.insertRule?.() ?? { kind: 'pass' }
    },
    sent: (url) => this.#reach(isInsert(url) ? 'insert sent' : undefined),
    answered: (url) => this.#reach(isInsert(url) ? 'insert answered' : undefined),
  }

  #reach(point: Point | undefined): void {
    if (point !== undefined) this.#moments.reach(point)
  }
}
