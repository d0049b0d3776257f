import { MessageRefused, type RawMessage } from '../../broker.ts'
import type { Spill } from '../../spill/spill.ts'
import { waitMs } from '../patience.ts'
import { type Batch, bytesOf } from './queue-batch.ts'
import { type QueueMeters, queueMeters } from './queue-meters.ts'
import type { MessageQueue, QueueOptions } from './queue-options.ts'
import { type WaitingCallers, waitingCallers } from './waiting-callers.ts'

const sendRecordsMax = 500

/**
 * A bounded queue with one sender, so that no two sends to a partition are in flight. What is on disk is older than what is in
 * memory and is sent first; memory goes to disk as a whole and in order, the records of a send under way included.
 */
class SpillingQueue implements MessageQueue {
  readonly #options: QueueOptions
  readonly #spill: Spill | undefined
  readonly #meters: QueueMeters
  readonly #callers: WaitingCallers
  readonly #memory: RawMessage[] = []
  readonly #over = new AbortController()
  #memoryBytes = 0
  #atOnce = sendRecordsMax
  #away = false
  #kept = 0
  #asked = 0
  #batch: Batch | undefined
  #sending: Promise<void> | undefined
  #spilling: Promise<void> | undefined

  constructor(options: QueueOptions) {
    this.#options = options
    this.#meters = queueMeters(
      options,
      () => this.#memory.length,
      () => this.#spill?.sizeBytes() ?? 0,
    )
    this.#spill = options.spill?.(this.#meters.lose)
    this.#callers = waitingCallers(options.clock, options.acknowledgeMs, () => this.#stuck())
  }

  add(messages: readonly RawMessage[]): Promise<void> {
    const { recordsMax, bytesMax } = this.#options
    const bytes = bytesOf(messages)
    const records = this.#memory.length + messages.length
    if (records > recordsMax || this.#memoryBytes + bytes > bytesMax) {
      this.#meters.lose(messages.length, 'no room to wait for Kafka')
      return Promise.resolve()
    }
    this.#memory.push(...messages)
    this.#memoryBytes += bytes
    const safe = this.#callers.wait(messages.length)
    const isFilling = records > recordsMax / 2 || this.#memoryBytes > bytesMax / 2
    if (this.#away || isFilling) this.#startSpilling()
    this.#startSending()
    return safe
  }

  async start(): Promise<void> {
    await this.#spill?.start(() => this.#startSending())
  }

  async flush(signal: AbortSignal): Promise<void> {
    const end = (): void => {
      this.#over.abort()
      this.#startSpilling()
    }
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    await this.#sending
    await this.#spilled()
    this.#callers.letAllGo()
    if (this.#memory.length > 0)
      this.#meters.lose(this.#memory.length, 'Kafka took no records before the stop')
    await this.#spill?.close()
  }

  #stuck(): void {
    if (this.#spill === undefined) this.#callers.giveUp()
    else this.#startSpilling()
  }

  #startSending(): void {
    this.#asked += 1
    this.#sending ??= this.#sendAll()
  }

  async #sendAll(): Promise<void> {
    for (let tries = 0; !this.#over.signal.aborted; ) {
      const asked = this.#asked
      const batch = await this.#next()
      if (batch !== undefined) tries = await this.#send(batch, tries)
      else if (asked === this.#asked) break
    }
    this.#sending = undefined
  }

  async #next(): Promise<Batch | undefined> {
    for (;;) {
      await this.#spilled()
      const kept = this.#kept
      const oldest = await this.#oldestOnDisk()
      if (oldest.length > 0) return { from: 'disk', messages: oldest }
      // What went to disk meanwhile is older than what is in memory now.
      if (this.#kept === kept && this.#spilling === undefined) break
    }
    this.#away = false
    const messages = this.#memory.slice(0, this.#atOnce)
    return messages.length === 0 ? undefined : { from: 'memory', messages }
  }

  async #oldestOnDisk(): Promise<readonly RawMessage[]> {
    try {
      return (await this.#spill?.oldest(this.#atOnce)) ?? []
    } catch (error) {
      this.#options.log.error({ err: error }, 'the spill folder can not be read')
      return []
    }
  }

  async #send(batch: Batch, tries: number): Promise<number> {
    const { clock, log } = this.#options
    this.#batch = batch
    try {
      await this.#deliver(batch)
      return 0
    } catch (error) {
      log.warn({ waiting: this.#memory.length, err: error }, 'Kafka does not take records')
      await clock.wait(waitMs(tries), this.#over.signal)
      return tries + 1
    } finally {
      this.#batch = undefined
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    try {
      await this.#callers.watch(this.#options.broker.produce(batch.messages))
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error
      return this.#refused(batch)
    }
    await this.#sent(batch)
    this.#atOnce = Math.min(sendRecordsMax, this.#atOnce * 2)
  }

  /** A refused batch is narrowed down to the record that is refused alone. */
  async #refused(batch: Batch): Promise<void> {
    this.#atOnce = 1
    if (batch.messages.length > 1) return
    await this.#sent(batch, 'refused')
    this.#meters.lose(1, 'Kafka refuses the record')
  }

  async #sent(batch: Batch, fate: 'sent' | 'refused' = 'sent'): Promise<void> {
    await this.#spilled()
    const { length } = batch.messages
    if (batch.from === 'memory' && batch.place === undefined) return this.#removeFromMemory(length)
    if (fate === 'sent') this.#meters.spilled(length, 'sent')
    if (batch.place === undefined) await this.#spill?.took(length)
    else await this.#spill?.tookKept(batch.place, length)
  }

  #removeFromMemory(records: number): void {
    this.#memoryBytes -= bytesOf(this.#memory.splice(0, records))
    this.#callers.safe(records)
  }

  #startSpilling(): void {
    if (this.#spill === undefined) return
    this.#away = true
    if (this.#memory.length > 0) this.#spilling ??= this.#spillAll(this.#spill)
  }

  async #spilled(): Promise<void> {
    while (this.#spilling !== undefined) await this.#spilling
  }

  async #spillAll(spill: Spill): Promise<void> {
    while (this.#memory.length > 0) {
      const some = this.#memory.slice(0, sendRecordsMax)
      try {
        const place = await spill.keep(some)
        if (this.#batch?.from === 'memory') this.#batch.place ??= place
      } catch (error) {
        this.#options.log.error({ err: error }, 'records can not be kept on disk')
        this.#callers.giveUp()
        break
      }
      this.#kept += 1
      this.#callers.waitAgain()
      this.#removeFromMemory(some.length)
      this.#meters.spilled(some.length, 'kept')
    }
    this.#spilling = undefined
  }
}

/** Opens a queue; with a spill, records outlive a Kafka that takes none, and a kill. */
export const messageQueue = (options: QueueOptions): MessageQueue => new SpillingQueue(options)
