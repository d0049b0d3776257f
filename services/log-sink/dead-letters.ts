import { type RawRecord, type RowWriter, redactBody, type SinkInput } from '#kit'
import { deadLettersTable, topics } from '#schemas'

/** Longest text that a header may bring into the table; a stranger's error message can be a page. */
const textCharactersMax = 200

/** Much more is masked than is kept, since a value that was cut could no longer be found. */
const maskedCharactersMax = 10_000

const headerOf = ({ headers }: RawRecord, name: string): string =>
  headers[`__connect.errors.${name}`]?.toString() ?? ''

/** Messages of strangers may quote a record, so they are masked; what can't be masked is left out. */
const clean = (text: string): string => {
  const read = text.slice(0, maskedCharactersMax).toWellFormed()
  const redacted = redactBody(read, 'text')
  if (!redacted.ok) return ''
  return (redacted.text ?? read).slice(0, textCharactersMax).toWellFormed()
}

const wholeNumber = (text: string): number => {
  const value = Number(text)
  return text !== '' && Number.isSafeInteger(value) ? value : -1
}

const writeNumber = (to: RowWriter, value: number | bigint, sizeBytes: 4 | 8): void => {
  const wide = BigInt.asUintN(64, BigInt(value))
  to.integer(Number(wide & 0xffffffffn) | 0, Number(wide >> 32n) | 0, sizeBytes)
}

const appendRow = (record: RawRecord, to: RowWriter, service: string): void => {
  const { topic, partition, offset } = record.position
  const thrown = headerOf(record, 'exception.class.name')
  to.string(service)
  to.string(clean(headerOf(record, 'exception.message')))
  to.string(clean(`${headerOf(record, 'stage')} ${thrown}`.trim()))
  to.string(clean(headerOf(record, 'topic')))
  writeNumber(to, wholeNumber(headerOf(record, 'partition')) | 0, 4)
  writeNumber(to, wholeNumber(headerOf(record, 'offset')), 8)
  writeNumber(to, record.value?.byteLength ?? 0, 8)
  to.string(topic)
  writeNumber(to, partition, 4)
  writeNumber(to, offset, 8)
  writeNumber(to, record.timestampMs, 8)
}

/** A service's dead letters as rows without their bodies. Nothing is rejected here: a dead letter has nowhere else to go. */
export const deadLetterRows = (service: string): SinkInput => ({
  topic: topics.deadLettersOf(service),
  table: deadLettersTable.name,
  columns: deadLettersTable.columns.map(([name]) => name),
  transcoder: () => ({
    prepare: async () => {},
    append: (record, to) => {
      appendRow(record, to, service)
      return undefined
    },
  }),
})
