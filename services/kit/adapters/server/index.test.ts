import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { defineRoute, reply } from '../../route.ts'
import { wire } from '../../runtime/wire.ts'
import { integer } from '../../settings.ts'
import { startPaths } from '../../testing/http-scene.ts'

const mirror = defineRoute({
  service: 'gateway',
  name: 'mirror',
  method: 'POST',
  path: '/mirror',
  outputs: [],
  settings: {},
  decide: ({ body, bytes, client }) => reply(200, { body, text: bytes.toString(), client }),
})
const raw = defineRoute({
  ...mirror,
  name: 'raw',
  path: '/raw',
  rawBody: true,
  settings: { bytesMax: integer('RAW_BYTES_MAX', 2000, 'Largest body.') },
  bodyBytesMax: ({ bytesMax }) => bytesMax,
  decide: ({ body, bytes, client }) => reply(200, { body, text: bytes.toString(), client }),
})
const bytes = defineRoute({
  ...mirror,
  name: 'bytes',
  path: '/bytes',
  decide: () => ({
    reply: {
      status: 200,
      body: Buffer.from([1, 0, 255]),
      headers: { 'content-type': 'application/x-protobuf' },
    },
    messages: [],
    deliveries: [],
  }),
})

const start = async (environment = {}) => {
  const routes = [wire(mirror, undefined), wire(raw, undefined), wire(bytes, undefined)]
  const { service } = await startPaths(routes, environment)
  const send = async (
    path: string,
    body: Buffer | string,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${service.httpUrl}${path}`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    })
    return { status: response.status, headers: response.headers, body: await response.bytes() }
  }
  const sendJson = async (...args: Parameters<typeof send>) => {
    const { status, body } = await send(...args)
    return { status, ...JSON.parse(Buffer.from(body).toString()) }
  }
  return { send, sendJson }
}

describe('bodies', () => {
  const json = '{"a":1}'

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
  ])('undoes the content encoding %s', async (encoding, encode) => {
    const { sendJson } = await start()
    const headers = { 'content-encoding': encoding, 'content-type': 'application/json' }
    expect(await sendJson('/mirror', encode(Buffer.from(json)), headers)).toMatchObject({
      status: 200,
      body: { a: 1 },
      text: json,
      client: '',
    })
  })

  test('reads JSON without a content type, and nothing but bytes where the route says so', async () => {
    const { sendJson } = await start()
    expect(await sendJson('/mirror', json)).toMatchObject({ status: 200, body: { a: 1 } })
    const headers = { 'content-type': 'application/x-ndjson' }
    expect(await sendJson('/raw', `${json}\n${json}`, headers)).toEqual({
      status: 200,
      text: `${json}\n${json}`,
      client: '',
    })
    const asJson = { 'content-type': 'application/json' }
    expect(await sendJson('/raw', 'no json', asJson)).toMatchObject({ status: 200 })
  })

  test.each([
    ['another type', json, { 'content-type': 'text/plain' }, 415],
    ['another encoding', json, { 'content-encoding': 'zstd' }, 415],
    ['an encoding that it has not', json, { 'content-encoding': 'gzip' }, 400],
    ['half an encoding', gzipSync(json).subarray(0, 12), { 'content-encoding': 'gzip' }, 400],
    ['broken JSON', '{', {}, 400],
    ['a poisoned prototype', '{"__proto__":{"a":1}}', {}, 400],
  ])('refuses %s', async (_what, body, headers, status) => {
    const { sendJson } = await start()
    const answer = await sendJson('/mirror', body, headers as Record<string, string>)
    expect(answer).toMatchObject({ status, error: { message: expect.any(String) } })
  })

  test('refuses what is larger than the limit, as sent or undone', async () => {
    const { sendJson } = await start({ HTTP_BODY_BYTES_MAX: '1000' })
    const bomb = gzipSync(Buffer.alloc(100_000, ' '))
    expect(bomb.length).toBeLessThan(1000)
    const bombed = await sendJson('/mirror', bomb, { 'content-encoding': 'gzip' })
    expect(bombed).toMatchObject({ status: 413, error: { type: 'request_too_large' } })
    expect(await sendJson('/mirror', ' '.repeat(1001))).toMatchObject({ status: 413 })
    expect(await sendJson('/raw', ' '.repeat(2000))).toMatchObject({ status: 200 })
    expect(await sendJson('/raw', ' '.repeat(2001))).toMatchObject({ status: 413 })
    expect(await sendJson('/mirror', `${json}${' '.repeat(900)}`)).toMatchObject({ status: 200 })
  })

  test('answers with bytes as they are', async () => {
    const { send } = await start()
    const { status, headers, body } = await send('/bytes', json)
    expect([status, headers.get('content-type'), [...body]]).toEqual([
      200,
      'application/x-protobuf',
      [1, 0, 255],
    ])
  })
})
