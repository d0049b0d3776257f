import Table from 'cli-table3'

/** Widest line that is printed, in characters. */
export const columnsMax = 120

/** A share as percent with one digit. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

/** A difference of shares as points with two digits. */
export const points = (share: number): string => (share * 100).toFixed(2)

/** US dollars; what rounds to nothing is said to be small, not free. */
export const dollars = (costUsd: number | null): string => {
  if (costUsd === null) return '–'
  return costUsd > 0 && costUsd < 0.0001 ? '< $0.0001' : `$${costUsd.toFixed(4)}`
}

/** Milliseconds with one digit. */
export const milliseconds = (ms: number | null): string =>
  ms === null ? '–' : `${ms.toFixed(1)} ms`

/** A p-value; below what a person compares, only how small. */
export const pValueText = (p: number | null): string => {
  if (p === null) return '–'
  if (p < 1e-12) return '< 1e-12'
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3)
}

/** `5 records`, `1 record`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const wrapOne = (text: string, width: number): string[] => {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Text cut at spaces into lines of at most `columnsMax`; those after the first start with the indent. */
export const wrapped = (text: string, indent = ''): string =>
  wrapOne(text, columnsMax - indent.length).join(`\n${indent}`)

const border = {
  'top-mid': '┬',
  mid: '',
  'left-mid': '',
  'mid-mid': '',
  'right-mid': '',
} as const

/** A table with a line under its head only; a cell may have several lines. */
export const tableOf = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string => {
  const colAligns = head.map((_, column) => (right.includes(column) ? 'right' : 'left'))
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: false },
    chars: border,
    colAligns,
  })
  table.push(...rows.map((row) => [...row]))
  const [top = '', titles = '', ...rest] = table.toString().split('\n')
  const rule = top.replaceAll('┬', '┼').replace('┌', '├').replace('┐', '┤')
  const headLines = head.some((title) => title.includes('\n')) ? 1 : 0
  return [top, titles, ...rest.slice(0, headLines), rule, ...rest.slice(headLines)].join('\n')
}
