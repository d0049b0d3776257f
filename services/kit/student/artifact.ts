import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { z } from 'zod'
import { featureFault } from './features.ts'
import type { StudentModel } from './model.ts'
import { columnsFor } from './softmax.ts'

/** Name and version of the format. */
const magic = Buffer.from('FLYSTU2\n')
const hashBytes = 32

const headerSchema = z.strictObject({
  labels: z.array(z.string()).min(2).max(10_000),
  answers: z.record(z.string(), z.string()),
  features: z.strictObject({
    bits: z.int(),
    charactersMin: z.int(),
    charactersMax: z.int(),
    textCharactersMax: z.int(),
  }),
  temperature: z.number().positive(),
  rows: z.int().min(0),
})

type Header = z.infer<typeof headerSchema>

/** The bytes of an artifact are not a student of ours. */
export class BadArtifact extends Error {
  override readonly name = 'BadArtifact'
}

const bytesOf = (array: Int32Array | Float32Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength)

const hashOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

const mustBeLittleEndian = (): void => {
  if (endianness() !== 'LE') throw new BadArtifact('artifacts need a little-endian machine')
}

/**
 * A student as bytes: magic, header length (uint32), JSON header padded to 4 bytes, then little-endian arrays: hash places
 * (int32), rarity (float32), weights by row and column, bias; at the end the SHA-256 of all before. Data only, nothing
 * that runs. The same model gives the same bytes.
 */
export const encodeStudent = (model: StudentModel): Buffer => {
  mustBeLittleEndian()
  const { labels, answers, features, temperature, places, rarity, linear } = model
  const header: Header = {
    labels: [...labels],
    answers: { ...answers },
    features,
    temperature,
    rows: places.length,
  }
  const json = Buffer.from(JSON.stringify(header))
  const padded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, ' ')])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(padded.length)
  const arrays = [places, rarity, linear.weights, linear.bias].map(bytesOf)
  const body = Buffer.concat([magic, length, padded, ...arrays])
  return Buffer.concat([body, hashOf(body)])
}

const readJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new BadArtifact('the header is not JSON')
  }
}

const readHeader = (body: Buffer): { header: Header; arraysAt: number } => {
  const arraysAt = magic.length + 4 + body.readUInt32LE(magic.length)
  if (arraysAt > body.length) throw new BadArtifact('the artifact ends in its header')
  const read = headerSchema.safeParse(readJson(body.subarray(magic.length + 4, arraysAt)))
  if (!read.success)
    throw new BadArtifact(`the header does not describe a student: ${z.prettifyError(read.error)}`)
  const fault = featureFault(read.data.features)
  if (fault !== undefined) throw new BadArtifact(`the header does not describe a student: ${fault}`)
  if (new Set(read.data.labels).size < read.data.labels.length)
    throw new BadArtifact('a label stands twice')
  return { header: read.data, arraysAt }
}

/** The bytes without their hash, once it is found to hold. */
const verifiedBody = (bytes: Buffer): Buffer => {
  if (!bytes.subarray(0, magic.length).equals(magic))
    throw new BadArtifact('these bytes are no student')
  if (bytes.length < magic.length + 4 + hashBytes)
    throw new BadArtifact('the artifact is cut short')
  const body = bytes.subarray(0, -hashBytes)
  if (!hashOf(body).equals(bytes.subarray(-hashBytes)))
    throw new BadArtifact('the artifact is damaged: its hash does not hold')
  return body
}

const floats = (bytes: Buffer): Float32Array => {
  const copy = new Float32Array(bytes.length / 4)
  bytesOf(copy).set(bytes)
  if (!copy.every(Number.isFinite)) throw new BadArtifact('a weight is not a number')
  return copy
}

const readPlaces = (bytes: Buffer, size: number): Int32Array => {
  const places = new Int32Array(bytes.length / 4)
  bytesOf(places).set(bytes)
  let before = -1
  for (const place of places) {
    if (place <= before || place >= size)
      throw new BadArtifact('a place lies outside of the model or out of order')
    before = place
  }
  return places
}

/** Reads a student back. Throws `BadArtifact` on bytes that are damaged, cut, too long or of another kind. */
export const decodeStudent = (bytes: Buffer): StudentModel => {
  mustBeLittleEndian()
  const body = verifiedBody(bytes)
  const { header, arraysAt } = readHeader(body)
  const { labels, answers, features, temperature, rows } = header
  const columns = columnsFor(labels.length)
  const placesEnd = arraysAt + rows * 4
  const rarityEnd = placesEnd + rows * 4
  const weightsEnd = rarityEnd + rows * columns * 4
  const biasEnd = weightsEnd + columns * 4
  if (body.length !== biasEnd)
    throw new BadArtifact(`the artifact has ${body.length} bytes, its header promises ${biasEnd}`)
  return {
    labels,
    answers,
    features,
    temperature,
    places: readPlaces(body.subarray(arraysAt, placesEnd), 2 ** features.bits),
    rarity: floats(body.subarray(placesEnd, rarityEnd)),
    linear: {
      columns,
      weights: floats(body.subarray(rarityEnd, weightsEnd)),
      bias: floats(body.subarray(weightsEnd, biasEnd)),
    },
  }
}
