import { randomUUID } from 'node:crypto'
import type { Consumer } from 'kafkajs'
import type { Position } from '../../arrived.ts'
import type { RawRecord } from '../../broker.ts'
import type { Clients } from './clients.ts'
import type { Cluster } from './cluster.ts'
import { asking } from './faults.ts'
import { endsWithin } from './patience.ts'
import { batchOf } from './records.ts'

type Place = Omit<Position, 'offset'>

/** Where nothing readable comes any more, such as at a transaction's marker, a reader would wait for ever. */
const quietWithinMs = 5000

/** Goes from wanted offset to wanted offset and keeps what stands there. */
class Seeker {
  readonly found = new Map<bigint, RawRecord>()
  readonly #wanted: bigint[]
  readonly #done = Promise.withResolvers<void>()
  #seen = 0

  constructor(wanted: readonly bigint[]) {
    this.#wanted = [...wanted]
  }

  /** The next offset to read from; undefined when there is none. */
  get next(): bigint | undefined {
    return this.#wanted[0]
  }

  take(records: readonly RawRecord[]): void {
    this.#seen += 1
    for (const record of records) {
      const { offset } = record.position
      while (this.next !== undefined && this.next < offset) this.#wanted.shift()
      if (this.next !== offset) continue
      this.found.set(offset, record)
      this.#wanted.shift()
    }
    if (this.next === undefined) this.#done.resolve()
  }

  /** Resolves when all are found, or nothing came for a while. */
  async finished(): Promise<void> {
    for (let seen = -1; seen !== this.#seen; ) {
      seen = this.#seen
      if (await endsWithin(this.#done.promise, quietWithinMs)) return
    }
  }
}

const read = async (consumer: Consumer, { topic, partition }: Place, seeker: Seeker) => {
  const seek = (): void => {
    if (seeker.next !== undefined) consumer.seek({ topic, partition, offset: String(seeker.next) })
  }
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, pause }) => {
      if (batch.partition !== partition) return void pause()
      seeker.take(batchOf(batch).records)
      const last = BigInt(batch.lastOffset())
      if (seeker.next === undefined) pause()
      else if (seeker.next > last + 1n) seek()
    },
  })
  seek()
  await seeker.finished()
}

/** Reads single records of a partition, in a group of its own that is removed at the end. Throws `Transient`. */
export const recordsAt = async (
  place: Place,
  offsets: readonly bigint[],
  clients: Clients,
  cluster: Cluster,
): Promise<ReadonlyMap<bigint, RawRecord>> => {
  const extent = (await cluster.extents(place.topic)).get(place.partition)
  if (extent === undefined) return new Map()
  const wanted = [...new Set(offsets)]
    .filter((offset) => offset >= extent.low && offset < extent.end)
    .sort((a, b) => (a < b ? -1 : 1))
  if (wanted.length === 0) return new Map()
  const groupId = `operator.look.${randomUUID()}`
  const consumer = clients.patient().consumer({ groupId, maxWaitTimeInMs: 100 })
  const seeker = new Seeker(wanted)
  try {
    await asking(`reading ${place.topic}/${place.partition}`, () => read(consumer, place, seeker))
  } finally {
    await consumer.disconnect().catch(() => {})
    await cluster.forgetGroup(groupId)
  }
  return seeker.found
}
