import {
  AvroDeserializer,
  AvroSerializer,
  Compatibility,
  SchemaRegistryClient,
  SerdeType,
} from '@confluentinc/schemaregistry'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp, ended, type Running, schemaOf, start, x, y } from './registry-process.ts'

let running: Running
beforeAll(async () => {
  running = await start()
})
afterAll(async () => {
  running.child.kill('SIGTERM')
  expect(await ended(running.child)).toBe(0)
  await cleanUp()
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
  expect(await deserializer.deserialize('shared', await registry.encode(id, record))).toMatchObject(
    record,
  )
  expect(await registry.decode(await serializer.serialize('shared', record))).toMatchObject(record)
})
