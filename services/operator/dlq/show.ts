import { type RawRecord, redactBody } from '#kit'

const previewBytes = 4000

const readable = (bytes: Buffer): string =>
  bytes
    .toString('utf8')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey is what must go
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]+/g, '·')
    .toWellFormed()

/** Text of a stranger with personal data masked; says so where it can't be. */
const masked = (text: string): string => {
  const redacted = redactBody(text, 'text')
  return redacted.ok ? (redacted.text ?? text) : '(can not be masked: --raw shows it)'
}

/** A dead letter as a person reads it: headers, then the beginning of the body, masked unless `raw`. */
export const letterText = (record: RawRecord, raw: boolean): string => {
  const shown = raw ? (text: string) => text : masked
  const headers = Object.entries(record.headers).map(
    ([name, value]) => `  ${readable(Buffer.from(name))}: ${shown(readable(value))}`,
  )
  const size = record.value?.byteLength
  const body = record.value === null ? '' : readable(record.value.subarray(0, previewBytes))
  const rest = size !== undefined && size > previewBytes ? `, the first ${previewBytes} here` : ''
  return [
    `key: ${shown(readable(record.key ?? Buffer.alloc(0)))}`,
    'headers:',
    ...headers,
    size === undefined ? 'no body' : `body: ${size} bytes${rest}`,
    shown(body),
  ].join('\n')
}
