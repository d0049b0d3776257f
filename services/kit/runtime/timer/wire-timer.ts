import type { Topic } from '#schemas'
import { Transient } from '../../errors.ts'
import type { Emit } from '../../outcome.ts'
import type { Timer } from '../../processor.ts'
import { readSettings, type Settings, type SettingsOf } from '../../settings.ts'
import { carryOut } from '../deliveries.ts'
import { encodeMessage } from '../encode.ts'
import { type ProcessorMeters, processorMeters } from '../meters.ts'
import { withPatience } from '../patience.ts'
import { type Pauses, pauses } from '../pauses.ts'
import { childTraceparent } from '../trace.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { holdPartitionZero } from './ownership.ts'

interface Machine<Out extends Topic, S extends Settings, Facts, World> {
  readonly timer: Timer<Out, S, Facts, World>
  readonly world: World
  readonly settings: SettingsOf<S>
  readonly surroundings: Surroundings
  readonly meters: ProcessorMeters
  readonly pauses: Pauses
}

/** The last tick that was due: a whole multiple of the interval. */
export const tickAt = (nowMs: number, intervalMs: number): number =>
  Math.floor(nowMs / intervalMs) * intervalMs

const write = async <Out extends Topic>(
  emitted: Emit<Out>,
  tickMs: number,
  name: string,
  surroundings: Surroundings,
): Promise<void> => {
  const { broker, codec } = surroundings
  const traceparent = childTraceparent(undefined, name, String(tickMs))
  const messages = emitted.messages.map((each) => encodeMessage(codec, each, traceparent))
  // A tick that is cut off is decided anew: what it had written by then would hide a notice that had not gone out.
  const failures = await carryOut(emitted.deliveries, surroundings)
  for (const [, failure] of failures) throw failure
  if (messages.length > 0) await broker.produce(messages)
}

const tick = async <Out extends Topic, S extends Settings, Facts, World>(
  { timer, world, settings, surroundings, meters, pauses: waiting }: Machine<Out, S, Facts, World>,
  tickMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const name = `${timer.service}.${timer.name}`
  const attempt = async (): Promise<void> => {
    const facts = await timer.gather(tickMs, world, settings, signal)
    if (signal.aborted) throw new Transient('another instance ticks now')
    await write(timer.decide({ tickMs, settings, facts }), tickMs, name, surroundings)
  }
  try {
    await withPatience(attempt, surroundings.clock, waiting.watch('tick'), signal)
    meters.outcome('tick', '')
  } catch (error) {
    if (signal.aborted) return
    const reason = `bug: ${error instanceof Error ? error.name : 'not an Error'}`
    meters.outcome('tick', reason)
    surroundings.log.error({ timer: name, tickMs, err: error }, 'a tick met a bug and is skipped')
  }
}

const tickWhileOwned = async <Out extends Topic, S extends Settings, Facts, World>(
  machine: Machine<Out, S, Facts, World>,
  signal: AbortSignal,
): Promise<void> => {
  const { clock } = machine.surroundings
  const intervalMs = Math.max(1, machine.timer.intervalMs(machine.settings))
  for (let lastMs = Number.NEGATIVE_INFINITY; !signal.aborted; ) {
    const dueMs = tickAt(clock.nowMs(), intervalMs)
    if (dueMs > lastMs) await tick(machine, dueMs, signal)
    lastMs = Math.max(lastMs, dueMs)
    if (!signal.aborted) await clock.wait(lastMs + intervalMs - clock.nowMs(), signal)
  }
}

const start = async <Out extends Topic, S extends Settings, Facts, World>(
  timer: Timer<Out, S, Facts, World>,
  world: World,
  surroundings: Surroundings,
): Promise<Running> => {
  const { service, name } = timer
  const meters = processorMeters(surroundings.metrics, service, name)
  const log = surroundings.log.child({ timer: name })
  const waiting = pauses(surroundings.clock, log, meters)
  const settings = readSettings(timer.settings, surroundings.environment)
  const machine = { timer, world, settings, surroundings, meters, pauses: waiting }
  const failed = Promise.withResolvers<never>()
  let ticking: Promise<unknown> = Promise.resolve()
  const consumption = await holdPartitionZero(
    surroundings.broker,
    `${service}.${name}`,
    timer.owner.name,
    (signal) => {
      ticking = ticking.then(() => tickWhileOwned(machine, signal)).catch(failed.reject)
    },
  )
  return {
    done: Promise.race([consumption.done, failed.promise]),
    ready: () => consumption.joined() && waiting.ready(),
    stop: async () => {
      await consumption.stop()
      await ticking
    },
  }
}

/** A timer with its world; consumer group `<service>.<name>`. */
export const wireTimer = <Out extends Topic, S extends Settings, Facts, World>(
  timer: Timer<Out, S, Facts, World>,
  world: World,
): Wired => ({
  name: `${timer.service}.${timer.name}`,
  settings: timer.settings,
  outputs: timer.outputs,
  start: (surroundings) => start(timer, world, surroundings),
})
