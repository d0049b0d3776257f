import type { Topic, ValueOf } from '#schemas'
import type { Outcome } from '../outcome.ts'
import type { Processor } from '../processor.ts'
import { readSettings, type Settings, type SettingsOf } from '../settings.ts'

interface Scene<S extends Settings, Facts> {
  readonly settings?: Partial<SettingsOf<S>>
  readonly facts?: Facts
  readonly nowMs?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly offset?: bigint
}

/** `given(processor, scene).when(record)` is the whole vocabulary of a unit test. */
export const given = <In extends Topic, Out extends Topic, S extends Settings, Facts, World>(
  processor: Processor<In, Out, S, Facts, World>,
  { settings, facts, nowMs = 0, headers = {}, offset = 0n }: Scene<S, Facts> = {},
) => ({
  when: (record: ValueOf<In>): Outcome<Out> =>
    processor.decide(record, {
      nowMs,
      settings: { ...readSettings(processor.settings, {}), ...settings },
      facts: facts as Facts,
      position: { topic: processor.input.name, partition: 0, offset },
      headers,
    }),
})
