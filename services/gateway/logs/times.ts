const earliestMs = Date.UTC(2000, 0)
const dayMs = 86_400_000

/** Greater numbers are milliseconds, microseconds, nanoseconds: in the unit before they would lie beyond the year 5000. */
const secondsMax = 1e11
const millisecondsMax = 1e14
const microsecondsMax = 1e17

const isoPattern = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

const msOfNumber = (value: number): number => {
  const size = Math.abs(value)
  if (size <= secondsMax) return value * 1000
  if (size <= millisecondsMax) return value
  return size <= microsecondsMax ? value / 1e3 : value / 1e6
}

const msOfText = (text: string): number => {
  const found = isoPattern.exec(text)
  if (found === null) return Number.NaN
  // A time of day without a zone would otherwise be read in the machine's own.
  return Date.parse(found[1] === undefined && text.length > 10 ? `${text}Z` : text)
}

/**
 * A time that a stranger wrote as whole milliseconds since 1970 UTC: ISO 8601 (UTC where it names no zone), or a number of
 * seconds, milliseconds, microseconds or nanoseconds, told apart by its size; `inMs` says that a number is milliseconds.
 * Undefined for what is no time, lies before the year 2000, or more than a day after `nowMs`.
 */
export const timeMsOf = (
  value: number | string,
  { nowMs, inMs = false }: { readonly nowMs: number; readonly inMs?: boolean },
): number | undefined => {
  const text = String(value).trim()
  const number = text === '' ? Number.NaN : Number(text)
  const read = Number.isNaN(number) ? msOfText(text) : inMs ? number : msOfNumber(number)
  const ms = Math.round(read)
  return ms >= earliestMs && ms <= nowMs + dayMs ? ms : undefined
}
