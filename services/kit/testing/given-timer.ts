import type { Topic } from '#schemas'
import type { Emit } from '../outcome.ts'
import type { Timer } from '../processor.ts'
import { readSettings, type Settings, type SettingsOf } from '../settings.ts'

interface Scene<S extends Settings, Facts> {
  readonly settings?: Partial<SettingsOf<S>>
  readonly facts?: Facts
}

/** `givenTimer(timer, scene).at(tickMs)` is what a timer decides at a tick. */
export const givenTimer = <Out extends Topic, S extends Settings, Facts, World>(
  timer: Timer<Out, S, Facts, World>,
  { settings, facts }: Scene<S, Facts> = {},
) => ({
  at: (tickMs: number): Emit<Out> =>
    timer.decide({
      tickMs,
      settings: { ...readSettings(timer.settings, {}), ...settings },
      facts: facts as Facts,
    }),
})
