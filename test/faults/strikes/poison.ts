import avsc from 'avsc'
import kafkajs from 'kafkajs'
import { topics } from '#schemas'
import { type Random, seededRandom } from '../../../services/kit/statistics/random.ts'
import type { Ground } from '../ground/open-ground.ts'
import { idOf, logOf } from '../traffic.ts'
import type { Strike } from './kind.ts'

interface Latest {
  readonly id: number
  readonly schema: string
}

interface Field {
  readonly name: string
  readonly type: unknown
  readonly default?: unknown
}

const latestSchema = async (registryUrl: string): Promise<Latest> => {
  const subject = `${topics.inferenceLogs.name}-value`
  const answer = await fetch(`${registryUrl}/subjects/${subject}/versions/latest`)
  return (await answer.json()) as Latest
}

const wire = (schemaId: number, body: Uint8Array): Buffer => {
  const head = Buffer.alloc(5)
  head.writeInt32BE(schemaId, 1)
  return Buffer.concat([head, body])
}

/** The same record, but where a choice between two types is written stands a seventh one. */
const withBadUnion = ({ id, schema }: Latest, requestId: string): Buffer => {
  const read = JSON.parse(schema) as { readonly fields: readonly Field[] }
  const fields = read.fields.map(({ name, type }) =>
    name === 'confidence' ? { name, type: 'long' } : { name, type },
  )
  const type = avsc.Type.forSchema({ ...read, fields } as unknown as avsc.Schema)
  return wire(id, type.toBuffer({ ...logOf(requestId), confidence: 7 }))
}

const largestBytes = 16 * 1024 * 1024 - 1000

const makers = {
  truncated: ({ id, schema }: Latest, requestId: string, random: Random) => {
    const body = avsc.Type.forSchema(JSON.parse(schema)).toBuffer(logOf(requestId))
    return wire(id, body.subarray(0, random.below(body.length - 1)))
  },
  'bad union': withBadUnion,
  'unknown schema id': ({ schema }: Latest, requestId: string) =>
    wire(2_000_000_001, avsc.Type.forSchema(JSON.parse(schema)).toBuffer(logOf(requestId))),
  'not avro': () => Buffer.from('a line of text'),
  'no value': () => null,
  '16 MB of noise': ({ id }: Latest) => wire(id, Buffer.alloc(largestBytes, 0xff)),
  '16 MB of words': ({ id, schema }: Latest, requestId: string) => {
    const request = JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(15e6) }] })
    return wire(
      id,
      avsc.Type.forSchema(JSON.parse(schema)).toBuffer({ ...logOf(requestId), request }),
    )
  },
} satisfies Record<string, (latest: Latest, requestId: string, random: Random) => Buffer | null>

const kinds = Object.keys(makers) as (keyof typeof makers)[]

const send = async (
  { stack }: Ground,
  messages: readonly { readonly key: string; readonly value: Buffer | null }[],
): Promise<void> => {
  const { Kafka, logLevel } = kafkajs
  const kafka = new Kafka({ brokers: [...stack.kafka.brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    for (const message of messages)
      await producer.send({ topic: topics.inferenceLogs.name, messages: [message] })
  } finally {
    await producer.disconnect()
  }
}

/** Records that nobody can read, between those of the apps: each kind that the choice falls on. */
export const poison: Strike = async (ground, { times, choice }, seed) => {
  const random = seededRandom(Math.floor(choice * 2 ** 31))
  const latest = await latestSchema(ground.stack.registry.url)
  const messages = Array.from({ length: times + 2 }, (_, index) => {
    const kind = kinds[random.below(kinds.length)] ?? 'not avro'
    const key = idOf(seed, `poison-${index}`, 4)
    return { key, value: makers[kind](latest, key, random) }
  })
  await send(ground, messages)
}
