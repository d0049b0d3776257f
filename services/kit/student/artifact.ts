import type { FeatureSettings } from './features.ts'
import type { StudentModel } from './model.ts'

const magic = 'FLYSTU1\n'
const labelsMax = 10_000

interface Header {
  readonly labels: readonly string[]
  readonly answers: Readonly<Record<string, string>>
  readonly features: FeatureSettings
  readonly temperature: number
  /** Places that have a weight. */
  readonly places: number
}

/** The bytes of an artifact are not a student of ours. */
export class BadArtifact extends Error {
  override readonly name = 'BadArtifact'
}

const bytesOf = (array: Int32Array | Float32Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength)

const usedPlaces = ({ linear: { weights, labels }, rarity }: StudentModel): Int32Array => {
  const used: number[] = []
  for (let place = 0; place < rarity.length; place++) {
    const row = weights.subarray(place * labels, (place + 1) * labels)
    if (row.some((weight) => weight !== 0)) used.push(place)
  }
  return Int32Array.from(used)
}

/**
 * A student as bytes: magic, header length (uint32 LE), JSON header padded to 4 bytes, then little-endian arrays: the places
 * in use, all rarities, the rows of the places in use, the bias. Data only, nothing that runs.
 */
export const encodeStudent = (model: StudentModel): Buffer => {
  const { labels, answers, features, temperature, linear, rarity } = model
  const places = usedPlaces(model)
  const rows = new Float32Array((places.length + 1) * labels.length)
  places.forEach((place, i) => {
    const from = place * labels.length
    rows.set(linear.weights.subarray(from, from + labels.length), i * labels.length)
  })
  rows.set(
    linear.weights.subarray(linear.weights.length - labels.length),
    places.length * labels.length,
  )
  const header: Header = { labels, answers, features, temperature, places: places.length }
  const json = Buffer.from(JSON.stringify(header))
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, ' ')])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(padded.length)
  return Buffer.concat([
    Buffer.from(magic),
    length,
    padded,
    bytesOf(places),
    bytesOf(rarity),
    bytesOf(rows),
  ])
}

const isLabels = (labels: unknown): labels is string[] =>
  Array.isArray(labels) &&
  labels.length >= 2 &&
  labels.length <= labelsMax &&
  labels.every((label) => typeof label === 'string')

const readHeader = (bytes: Buffer): { header: Header; bodyAt: number } => {
  if (bytes.subarray(0, magic.length).toString() !== magic)
    throw new BadArtifact('these bytes are no student')
  const length = bytes.length >= 12 ? bytes.readUInt32LE(magic.length) : 0
  const bodyAt = magic.length + 4 + length
  if (bodyAt > bytes.length) throw new BadArtifact('the artifact ends in its header')
  try {
    const header = JSON.parse(bytes.subarray(magic.length + 4, bodyAt).toString()) as Header
    return { header, bodyAt }
  } catch {
    throw new BadArtifact('the header is not JSON')
  }
}

const checkHeader = ({ labels, answers, features, temperature, places }: Header): void => {
  const fits =
    isLabels(labels) &&
    typeof answers === 'object' &&
    answers !== null &&
    Number.isInteger(features?.bits) &&
    features.bits >= 8 &&
    features.bits <= 24 &&
    temperature > 0 &&
    Number.isInteger(places) &&
    places >= 0 &&
    places <= 2 ** features.bits
  if (!fits) throw new BadArtifact('the header does not describe a student')
}

const floats = (bytes: Buffer, from: number, count: number): Float32Array => {
  const copy = new Float32Array(count)
  bytesOf(copy).set(bytes.subarray(from, from + count * 4))
  if (!copy.every(Number.isFinite)) throw new BadArtifact('a weight is not a number')
  return copy
}

/** Reads a student back. Throws `BadArtifact` on bytes that are cut, too long or of another kind. */
export const decodeStudent = (bytes: Buffer): StudentModel => {
  const { header, bodyAt } = readHeader(bytes)
  checkHeader(header)
  const { labels, answers, features, temperature, places: used } = header
  const size = 2 ** features.bits
  const rarityAt = bodyAt + used * 4
  const rowsAt = rarityAt + size * 4
  const rowCount = used + 1
  if (bytes.length !== rowsAt + rowCount * labels.length * 4)
    throw new BadArtifact(`the artifact has ${bytes.length} bytes, its header promises others`)
  const rows = floats(bytes, rowsAt, rowCount * labels.length)
  const weights = new Float32Array((size + 1) * labels.length)
  for (let i = 0; i < used; i++) {
    const place = bytes.readInt32LE(bodyAt + i * 4)
    if (place < 0 || place >= size) throw new BadArtifact('a place lies outside of the model')
    weights.set(rows.subarray(i * labels.length, (i + 1) * labels.length), place * labels.length)
  }
  weights.set(rows.subarray(used * labels.length), size * labels.length)
  return {
    labels,
    answers,
    features,
    temperature,
    rarity: floats(bytes, rarityAt, size),
    linear: { weights, labels: labels.length },
  }
}
