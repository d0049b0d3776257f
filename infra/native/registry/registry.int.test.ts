import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import {
  AvroDeserializer,
  AvroSerializer,
  Compatibility,
  SchemaRegistryClient,
  SerdeType,
} from '@confluentinc/schemaregistry'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import kafkajs from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { quietIdleConnections } from './kafkajs-idle.ts'

quietIdleConnections()

const provided = z
  .object({ kafka: z.object({ brokers: z.union([z.string(), z.array(z.string())]) }) })
  .safeParse(inject('stack'))
const brokers = String(
  provided.success ? provided.data.kafka.brokers : (process.env['KAFKA_BROKERS'] ?? ''),
)
const topic = `_schemas-test-${randomUUID()}`

interface Running {
  readonly child: ChildProcess
  readonly url: string
}

const children = new Set<ChildProcess>()

const start = async (): Promise<Running> => {
  const main = new URL('main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      KAFKA_BROKERS: brokers,
      REGISTRY_TOPIC: topic,
      REGISTRY_PORT: '0',
      FLYWHEEL_PARENT_PIPE: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = z.object({ listening: z.int() }).parse(JSON.parse(line))
    return { child, url: `http://127.0.0.1:${listening}` }
  }
  throw new Error('the registry ended before it listened')
}

const ended = async (child: ChildProcess): Promise<number | string | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  children.delete(child)
  return child.exitCode ?? child.signalCode
}

const kill = async ({ child }: Running): Promise<void> => {
  child.kill('SIGKILL')
  await ended(child)
}

const post = async (url: string, body: object) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })
  return {
    status: answer.status,
    body: z.looseObject({ id: z.int().optional() }).parse(await answer.json()),
  }
}

const schemaOf = (name: string, ...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name, namespace: 'acme', fields })
const x = { name: 'x', type: 'int' }
const y = { name: 'y', type: ['null', 'string'], default: null }

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGKILL')
    await ended(child)
  }
  const admin = new kafkajs.Kafka({
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
})

describe('what clients call', () => {
  let running: Running
  beforeAll(async () => {
    running = await start()
  })
  afterAll(async () => {
    running.child.kill('SIGTERM')
    expect(await ended(running.child)).toBe(0)
  })

  test('@kafkajs/confluent-schema-registry registers, encodes, decodes and is refused', async () => {
    const registry = new SchemaRegistry({ host: running.url })
    const subject = 'first-value'
    const first = { type: SchemaType.AVRO, schema: schemaOf('First', x) } as const
    const { id } = await registry.register(first, { subject })
    expect(await registry.register(first, { subject })).toMatchObject({ id })
    expect(await registry.getLatestSchemaId(subject)).toBe(id)
    expect(await registry.getRegistryId(subject, 1)).toBe(id)
    expect(await registry.getRegistryIdBySchema(subject, first)).toBe(id)
    const stranger = new SchemaRegistry({ host: running.url })
    expect(await stranger.decode(await registry.encode(id, { x: 7 }))).toMatchObject({ x: 7 })

    const breaking = { ...first, schema: schemaOf('First', x, { name: 'z', type: 'int' }) }
    await expect(registry.register(breaking, { subject })).rejects.toThrow('incompatible')
    await expect(
      registry.register(first, { subject, compatibility: 'FULL' as never }),
    ).rejects.toThrow('Compatibility does not match')
    await expect(
      registry.getRegistryIdBySchema(subject, { ...first, schema: schemaOf('Other', x) }),
    ).rejects.toThrow()
  })

  test('@kafkajs/confluent-schema-registry follows references', async () => {
    const registry = new SchemaRegistry({ host: running.url })
    const inner = { type: SchemaType.AVRO, schema: schemaOf('Inner', x) } as const
    await registry.register(inner, { subject: 'inner' })
    const outer = {
      type: SchemaType.AVRO,
      schema: schemaOf('Outer', { name: 'inner', type: 'acme.Inner' }),
      references: [{ name: 'acme.Inner', subject: 'inner', version: 1 }],
    } as const
    const { id } = await registry.register(
      { ...outer, references: [...outer.references] },
      { subject: 'outer' },
    )
    const stranger = new SchemaRegistry({ host: running.url })
    const bytes = await registry.encode(id, { inner: { x: 1 } })
    expect(await stranger.decode(bytes)).toMatchObject({ inner: { x: 1 } })
  })

  test('@confluentinc/schemaregistry registers, reads, compares and deletes', async () => {
    const client = SchemaRegistryClient.newClient({ baseURLs: [running.url] })
    const subject = 'third/value'
    const info = { schemaType: 'AVRO', schema: schemaOf('Third', x) }
    const id = await client.register(subject, info, false)
    expect(await client.getId(subject, info, false)).toBe(id)
    expect(await client.getVersion(subject, info, false, false)).toBe(1)
    expect(await client.getBySubjectAndId(subject, id)).toMatchObject({ schema: info.schema })
    const next = { schemaType: 'AVRO', schema: schemaOf('Third', x, y) }
    const breaking = { schemaType: 'AVRO', schema: schemaOf('Third', { ...x, type: 'string' }) }
    expect(await client.testSubjectCompatibility(subject, next)).toBe(true)
    expect(await client.testSubjectCompatibility(subject, breaking)).toBe(false)
    expect(await client.testCompatibility(subject, 1, breaking)).toBe(false)
    await expect(client.register(subject, breaking, false)).rejects.toThrow('409')
    expect(await client.updateCompatibility(subject, Compatibility.NONE)).toBe('NONE')
    expect(await client.getCompatibility(subject)).toBe('NONE')
    expect(await client.getDefaultCompatibility()).toBe('BACKWARD')
    expect(await client.register(subject, breaking, false)).toBeGreaterThan(id)
    expect(await client.getLatestSchemaMetadata(subject)).toMatchObject({ version: 2 })
    expect(await client.getSchemaMetadata(subject, 1, false)).toMatchObject({ id })
    expect(await client.getAllVersions(encodeURIComponent(subject))).toEqual([1, 2])
    expect(await client.getAllSubjects()).toContain(subject)
    expect(await client.deleteSubjectVersion(subject, 1, false)).toBe(1)
    expect(await client.deleteSubject(subject, false)).toEqual([2])
    expect(await client.deleteSubject(subject, true)).toEqual([1, 2])
    await expect(client.getLatestSchemaMetadata(subject)).rejects.toThrow('40401')
  })

  test('both clients read what the other wrote', async () => {
    const client = SchemaRegistryClient.newClient({ baseURLs: [running.url] })
    const registry = new SchemaRegistry({ host: running.url })
    const serializer = new AvroSerializer(client, SerdeType.VALUE, {
      autoRegisterSchemas: false,
      useLatestVersion: true,
    })
    const deserializer = new AvroDeserializer(client, SerdeType.VALUE, {})
    const { id } = await registry.register(
      { type: SchemaType.AVRO, schema: schemaOf('Shared', x, y) },
      { subject: 'shared-value' },
    )
    const record = { x: 3, y: 'three' }
    expect(
      await deserializer.deserialize('shared', await registry.encode(id, record)),
    ).toMatchObject(record)
    expect(await registry.decode(await serializer.serialize('shared', record))).toMatchObject(
      record,
    )
  })
})

describe('what survives', () => {
  let running: Running
  afterEach(async () => kill(running))

  const register = (index: number) =>
    post(`${running.url}/subjects/kept-${index}/versions`, {
      schema: schemaOf(`Kept${index}`, x),
    })

  test('every acknowledged id outlives SIGKILL, and none is given twice', async () => {
    const acknowledged = new Map<number, number>()
    for (let round = 0; round < 3; round += 1) {
      running = await start()
      const writes = Array.from({ length: 20 }, async (_, step) => {
        const index = round * 20 + step
        const { body } = await register(index)
        if (body.id !== undefined) acknowledged.set(index, body.id)
        if (step === 7) running.child.kill('SIGKILL')
      })
      await Promise.allSettled(writes)
      await kill(running)
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(3 * 8)
    running = await start()
    for (const [index, id] of acknowledged) expect((await register(index)).body.id).toBe(id)
    const all = await Promise.all(Array.from({ length: 60 }, (_, index) => register(index)))
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(60)
  })

  test('there is one writer: a second registry takes over and the first ends at its next write', async () => {
    const former = await start()
    running = await start()
    expect((await register(100)).status).toBe(200)
    const late = { schema: schemaOf('Late', x) }
    const answer = await post(`${former.url}/subjects/late/versions`, late).then(
      ({ status }) => status,
      () => 'none',
    )
    expect(answer).not.toBe(200)
    expect(await ended(former.child)).toBe(1)
    const subjects = await fetch(`${running.url}/subjects`)
    expect(z.array(z.string()).parse(await subjects.json())).not.toContain('late')
  })

  test('it ends when the process that started it is gone', async () => {
    running = await start()
    running.child.stdin?.end()
    expect(await ended(running.child)).toBe(0)
  })
})
