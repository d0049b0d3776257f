import Table from 'cli-table3'
import { placeOf } from '#kit'
import type { Letters, ListedLetter } from './letters.ts'
import type { Redriven } from './redrive.ts'

const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const drawn = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  for (const row of rows) drawn.push([...row])
  return drawn.toString()
}

/** How a person names a letter: `service/offset`, or `service/partition/offset` where there are several. */
export const nameOf = ({ service, position: { partition, offset } }: ListedLetter): string =>
  partition === 0 ? `${service}/${offset}` : `${service}/${partition}/${offset}`

/** Letters by reason, the most frequent first. */
export const summaryText = (letters: readonly ListedLetter[]): string => {
  const groups = Map.groupBy(letters, ({ rejectedBy, reason }) => `${rejectedBy}\n${reason}`)
  const rows = [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((group) => {
      const [first] = group
      const waiting = group.filter(({ redriven }) => !redriven).length
      const oldest = Math.min(...group.map(({ arrivedAtMs }) => arrivedAtMs))
      return [
        first?.rejectedBy ?? '',
        first?.reason ?? '',
        String(waiting),
        String(group.length - waiting),
        time(oldest),
      ]
    })
  return table(['rejected by', 'reason', 'waiting', 'redriven', 'oldest'], rows)
}

/** A line a letter. */
export const listText = ({ letters, more }: Letters): string => {
  const rows = letters.map((letter) => [
    nameOf(letter),
    time(letter.arrivedAtMs),
    letter.source === undefined ? '?' : placeOf(letter.source),
    letter.reason,
    String(letter.sizeBytes),
    letter.redriven ? 'redriven' : 'waiting',
  ])
  const drawn = table(['letter', 'arrived', 'came from', 'reason', 'bytes', 'state'], rows)
  return more === 0 ? drawn : `${drawn}\n${more} more: choose with --reason or --since.`
}

/** What was sent back and what was not, by why. */
export const redrivenText = (judged: readonly Redriven[], dryRun: boolean): string => {
  const sent = dryRun ? 'would be sent' : 'sent'
  const groups = Map.groupBy(judged, (each) => `${each.sent ? sent : 'left'}\n${each.because}`)
  const rows = [...groups].map(([name, group]) => [...name.split('\n'), String(group.length)])
  return table(['letters', 'because', 'count'], rows)
}
