import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Feedback, type Topic, topics } from '#schemas'
import { StartFault, Transient } from '../../errors.ts'
import { registryCodec } from './index.ts'

const { url } = inject('stack').registry

/** A topic of this test alone; each gives its registry a subject of its own. */
const freshTopic = () => ({ ...topics.feedback, name: `codec-${randomUUID()}` })

const post = (path: string, body: unknown, method = 'POST') =>
  fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })

describe('the registry codec', () => {
  test('registers under FULL_TRANSITIVE, writes and reads', async () => {
    const topic = freshTopic()
    const codec = registryCodec(url)
    await codec.register([topic])
    const config = await fetch(`${url}/config/${topic.name}-value`)
    expect(await config.json()).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
    const bytes = codec.encode(topic, { requestId: 'r1' } as Feedback)
    const [read] = await registryCodec(url).decode(topic, [bytes])
    expect(read).toMatchObject({ value: { requestId: 'r1' } })
    await registryCodec(url).register([topic])
  })

  test('names each way in which bytes are no record', async () => {
    const codec = registryCodec(url)
    const topic = freshTopic()
    await codec.register([topic])
    const fine = codec.encode(topic, { requestId: 'r1' } as Feedback)
    const unknown = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 2])
    const values = [null, Buffer.from('{}'), unknown, fine.subarray(0, 6), fine]
    const read = await codec.decode(topic, values)
    expect(read.map((each) => ('fault' in each ? each.fault : 'fine'))).toEqual([
      'no value',
      'not avro',
      'unknown schema id',
      'does not parse',
      'fine',
    ])
  })

  test('asks once for an id that is not known, for a while', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end('{"error_code":40403,"message":"Schema 7 not found"}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    const codec = registryCodec(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const value = Buffer.from([0, 0, 0, 0, 7, 2])
    for (let times = 0; times < 3; times++)
      expect(await codec.decode(topics.feedback, [value, value])).toEqual(
        Array(2).fill({ fault: 'unknown schema id' }),
      )
    expect(asked).toBe(1)
  })

  test('is patient with a dead registry and with one that is something else', async () => {
    const value = Buffer.from([0, 0, 0, 0, 7, 2])
    const elsewhere = createServer((_request, response) => {
      response.writeHead(404)
      response.end('nothing here')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      elsewhere.close()
    })
    const { port } = elsewhere.address() as AddressInfo
    for (const address of ['http://127.0.0.1:1', `http://127.0.0.1:${port}`]) {
      const codec = registryCodec(address)
      await expect(codec.decode(topics.feedback, [value])).rejects.toBeInstanceOf(Transient)
      await expect(codec.register([topics.feedback])).rejects.toBeInstanceOf(Transient)
    }
  })

  test('stops the start when the registry refuses a schema', async () => {
    const topic: Topic = freshTopic()
    const subject = `${topic.name}-value`
    const other = {
      type: 'record',
      name: 'Feedback',
      namespace: 'flywheel',
      fields: [{ name: 'requestId', type: 'int' }],
    }
    await post(`/subjects/${subject}/versions`, { schema: JSON.stringify(other) })
    await post(`/config/${subject}`, { compatibility: 'FULL_TRANSITIVE' }, 'PUT')
    await expect(registryCodec(url).register([topic])).rejects.toBeInstanceOf(StartFault)
  })

  test('writes to no topic that was not declared', () => {
    expect(() => registryCodec(url).encode(topics.feedback, {})).toThrow('not a declared output')
  })
})
