import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { openHttpProxy, type Treatment } from './http-proxy.ts'
import { openKafkaProxy } from './kafka-proxy.ts'

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

const echoHttp = async () => {
  const heard: string[] = []
  const server = createHttpServer(async (request, response) => {
    const chunks = await request.toArray().catch(() => undefined)
    if (chunks === undefined) return
    heard.push(Buffer.concat(chunks).toString())
    response.writeHead(201, { 'x-said': 'yes' }).end('done')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, heard, url: `http://127.0.0.1:${portOf(server)}` }
}

test('an HTTP proxy passes on, loses answers, cuts requests, answers by itself and is away', async () => {
  const { server, heard, url } = await echoHttp()
  let treatment: Treatment = { kind: 'pass' }
  const seen: string[] = []
  const proxy = await openHttpProxy(url, {
    treat: () => treatment,
    sent: () => seen.push('sent'),
    answered: () => seen.push('answered'),
  })
  const ask = () => fetch(`${proxy.url}/?query=x`, { method: 'POST', body: 'a body' })
  const passed = await ask()
  expect([passed.status, passed.headers.get('x-said'), await passed.text()]).toEqual([
    201,
    'yes',
    'done',
  ])
  treatment = { kind: 'lose answer' }
  await expect(ask()).rejects.toThrow()
  expect(heard).toEqual(['a body', 'a body'])
  treatment = { kind: 'cut request' }
  await expect(ask()).rejects.toThrow()
  treatment = { kind: 'answer', carriedOut: false, status: 500, headers: {}, body: 'full' }
  expect(await (await ask()).text()).toBe('full')
  expect(heard).toHaveLength(2)
  treatment = { ...treatment, carriedOut: true }
  expect(await (await ask()).text()).toBe('full')
  expect(heard).toHaveLength(3)
  expect(seen).toEqual(['sent', 'answered', 'sent', 'answered', 'sent', 'answered'])
  treatment = { kind: 'pass' }
  proxy.refuse()
  await expect(ask()).rejects.toThrow()
  proxy.open()
  expect((await ask()).status).toBe(201)
  await proxy[Symbol.asyncDispose]()
  server.close()
})

/** Answers every request with its correlation id. */
const echoBroker = async () => {
  const asked: number[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      asked.push(bytes.readInt16BE(4))
      const answer = Buffer.alloc(8)
      answer.writeInt32BE(4)
      bytes.copy(answer, 4, 8, 12)
      socket.write(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, asked }
}

const commitFrame = (correlation: number): Buffer => {
  const frame = Buffer.alloc(12)
  frame.writeInt32BE(8)
  frame.writeInt16BE(8, 4)
  frame.writeInt32BE(correlation, 8)
  return frame
}

test('a Kafka proxy passes frames on and loses an answer with its connection', async () => {
  const { server, asked } = await echoBroker()
  let lose = false
  const proxy = await openKafkaProxy(0, portOf(server), {
    asked: () => {},
    answered: (api) => (api === 'offsetCommit' && lose ? 'lost' : 'passed'),
  })
  const client = connect(proxy.port, '127.0.0.1')
  client.write(commitFrame(7))
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(answer.readInt32BE(4)).toBe(7)
  lose = true
  let heard = false
  client.on('data', () => {
    heard = true
  })
  client.on('error', () => {})
  client.write(commitFrame(8))
  await once(client, 'close')
  expect(heard).toBe(false)
  expect(asked).toEqual([8, 8])
  await proxy[Symbol.asyncDispose]()
  server.close()
})
