import { kafkaBroker } from '../../../services/kit/adapters/kafka/index.ts'
import type { Broker, Follower, RawRecord } from '../../../services/kit/broker.ts'
import type { Logger } from '../../../services/kit/outside.ts'

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
}

/** A record that readers of committed records see. */
export interface Seen {
  readonly key: string
  readonly partition: number
  readonly offset: bigint
  /** For a dead letter: where the rejected record stood. */
  readonly source: string
}

const seenOf = ({ key, position, headers }: RawRecord): Seen => {
  const said = (name: string) => headers[`__connect.errors.${name}`]?.toString() ?? ''
  return {
    key: key?.toString() ?? '',
    partition: position.partition,
    offset: position.offset,
    source: `${said('topic')}/${said('partition')}/${said('offset')}`,
  }
}

/** Reads topics to their ends, read committed, by a way that no fault stands in. */
export class Witness {
  readonly #broker: Broker
  readonly #followers = new Map<string, Follower>()
  readonly #seen = new Map<string, Seen[]>()

  constructor(brokers: readonly string[]) {
    this.#broker = kafkaBroker({
      brokers,
      clientId: 'witness',
      log: silent,
      messageBytesMax: 32_000_000,
    })
  }

  async follow(topic: string): Promise<void> {
    const seen: Seen[] = []
    this.#seen.set(topic, seen)
    const take = async ({ records }: { readonly records: readonly RawRecord[] }) => {
      for (const record of records) seen.push(seenOf(record))
    }
    this.#followers.set(topic, await this.#broker.follow({ topic, take }))
  }

  /** Everything of a topic that could be read at the call. */
  async all(topic: string): Promise<readonly Seen[]> {
    await this.#followers.get(topic)?.caughtUp()
    return this.#seen.get(topic) ?? []
  }

  async close(): Promise<void> {
    await Promise.all([...this.#followers.values()].map((follower) => follower.stop()))
    await this.#broker.close()
  }
}
