/** A JSON value; an integer that a double can't hold is a bigint, so that a long's default is never rounded. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => Json

const exactNumber = (value: number, source: string): number | bigint => {
  if (!Number.isFinite(value)) throw new SyntaxError(`the number ${source} is out of range`)
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value
  return BigInt(source)
}

/** Parses JSON text without rounding integers. Throws a SyntaxError. */
export const parseJson = (text: string): Json =>
  parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exactNumber(value, source) : value,
  )

/** JSON text without whitespace; the order of keys is kept. */
export const printJson = (value: Json): string => {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(printJson).join(',')}]`
  const members = Object.entries(value).map(([key, member]) => printMember(key, printJson(member)))
  return `{${members.join(',')}}`
}

/** `"key":text`, where `text` is JSON already. */
export const printMember = (key: string, text: string): string => `${JSON.stringify(key)}:${text}`

/** Whether it is a JSON array. */
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Whether it is a JSON object. */
export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value)

/** How deep arrays and objects are nested; a scalar is 0. Needs no stack, however deep. */
export const depthOf = (value: Json): number => {
  let depth = 0
  let level: readonly Json[] = [value]
  for (;;) {
    const inner = level.flatMap((item) => {
      if (isList(item)) return [...item]
      return isObject(item) ? Object.values(item) : []
    })
    if (!level.some((item) => typeof item === 'object' && item !== null)) return depth
    depth += 1
    level = inner
  }
}
