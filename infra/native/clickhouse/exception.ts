/** ClickHouse's exceptions that this server raises itself, with the codes of ErrorCodes.cpp. */
const CODES = {
  CANNOT_PARSE_INPUT_ASSERTION_FAILED: 27,
  CANNOT_READ_ALL_DATA: 33,
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_TYPE_OF_QUERY: 78,
  UNKNOWN_SETTING: 115,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: 216,
  ABORTED: 236,
  ZLIB_INFLATE_FAILED: 354,
  INTO_OUTFILE_NOT_ALLOWED: 358,
  SESSION_NOT_FOUND: 372,
  SESSION_IS_LOCKED: 373,
  INVALID_SESSION_TIMEOUT: 374,
  QUERY_WAS_CANCELLED: 394,
  UNKNOWN_ROLE: 511,
  AUTHENTICATION_FAILED: 516,
} as const

/** The name of an exception that this server raises itself. */
export type ExceptionName = keyof typeof CODES

/** A failure as ClickHouse words it; `text` is `Code: N. DB::Exception: … (NAME)`. */
export class ServerException extends Error {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    super(text)
    this.code = code
    this.text = text
  }
}

/** An exception that this server raises itself. */
export const raise = (name: ExceptionName, message: string): ServerException => {
  const code = CODES[name]
  return new ServerException(code, `Code: ${code}. DB::Exception: ${message} (${name})`)
}

const UNKNOWN_EXCEPTION = 1002
const BAD_REQUEST_CODES = [
  6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441,
  675, 676,
]
const NOT_FOUND_CODES = [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]
const FORBIDDEN_CODES = [192, 193, 497, 512, 516]
const STATUSES: ReadonlyMap<number, number> = new Map([
  ...BAD_REQUEST_CODES.map((code) => [code, 400] as const),
  ...NOT_FOUND_CODES.map((code) => [code, 404] as const),
  ...FORBIDDEN_CODES.map((code) => [code, 403] as const),
  [48, 501],
  [76, 503],
  [159, 408],
  [194, 401],
  [209, 503],
  [229, 413],
  [381, 411],
  [439, 503],
  [779, 415],
])

/** The HTTP status of an exception code, as ClickHouse's exceptionCodeToHTTPStatus.cpp maps it. */
export const httpStatusOf = (code: number): number => STATUSES.get(code) ?? 500

const REPEATED_PREFIX = /^(Code: \d+\. DB::Exception: )(?:Code: \d+\. DB::Exception: )+/
const INNER_VERSION = / \(version [^)]*\)\. \([A-Z0-9_]+\)$/

/**
 * Turns what the engine threw into the text a ClickHouse server would send: one prefix, one name,
 * no version (the response adds it), and nothing of `hidden`, the parts that this server put into
 * the statement.
 */
export const fromEngine = (error: unknown, hidden: readonly string[] = []): ServerException => {
  if (error instanceof ServerException) return error
  const message = error instanceof Error ? error.message : String(error)
  const start = message.indexOf('Code: ')
  const plain = start < 0 ? message.trim() : message.slice(start).trim()
  const shown = hidden
    .reduce((text, part) => text.replaceAll(part, ''), plain)
    .replace(REPEATED_PREFIX, '$1')
    .replace(INNER_VERSION, '')
  const code = Number(/^Code: (\d+)/.exec(shown)?.[1] ?? UNKNOWN_EXCEPTION)
  if (start >= 0) return new ServerException(code, shown)
  return new ServerException(code, `Code: ${code}. DB::Exception: ${shown} (UNKNOWN_EXCEPTION)`)
}
