/**
 * Notices that a member is silent. kafkajs 2.2.4 has a state in which a member neither beats nor joins, for ever and without a
 * word: the coordinator forgot it, and the connection broke while it joined again; without an id it skips its heartbeats.
 */
export class Pulse {
  readonly #silenceMaxMs: number
  #beatMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(silenceMaxMs: number) {
    this.#silenceMaxMs = silenceMaxMs
  }

  /** Begins to listen; calls `onSilence` when nothing was heard for too long. */
  start(onSilence: (because: Error) => void): void {
    this.beat()
    this.#timer = setInterval(() => {
      const silentMs = performance.now() - this.#beatMs
      if (silentMs <= this.#silenceMaxMs) return
      onSilence(new Error(`no heartbeat and no join for ${Math.round(silentMs / 1000)} s`))
    }, this.#silenceMaxMs / 10)
    this.#timer.unref()
  }

  /** Something was heard. */
  readonly beat = (): void => {
    this.#beatMs = performance.now()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
