/** What stands at one place of a body: a value, or the reason why there is none. */
export type Item = { readonly value: unknown } | { readonly fault: string }

/** The items of a body in order, or why it has none. */
export type Items = { readonly items: readonly Item[] } | { readonly fault: string }

const newline = 0x0a
const linesType = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)\b/i

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const parse = (bytes: Uint8Array): Item => {
  const text = textOf(bytes)
  if (text === undefined) return { fault: 'is not UTF-8' }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { fault: 'is not JSON' }
  }
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)

/** Lines that hold something, cut at the bytes: a line that is not UTF-8 spoils no other. */
const linesOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(start, end)
    if (!isBlank(line)) lines.push(line)
    start = end + 1
  }
  return lines
}

const isObject = (item: Item): boolean =>
  'value' in item && typeof item.value === 'object' && item.value !== null

/**
 * Cuts a body into its records: one JSON value, an array of them, or one a line (NDJSON), which is known by its content type
 * or by a first line that is an object of its own. Blank lines do not count. Pure, and never throws.
 */
export const splitBody = (bytes: Uint8Array, contentType: string): Items => {
  const lines = linesOf(bytes)
  const [first] = lines
  if (first === undefined) return { fault: 'is empty' }
  if (linesType.test(contentType)) return { items: lines.map(parse) }
  const whole = parse(bytes)
  if ('value' in whole)
    return { items: Array.isArray(whole.value) ? whole.value.map((value) => ({ value })) : [whole] }
  return lines.length > 1 && isObject(parse(first)) ? { items: lines.map(parse) } : whole
}
