import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ObjectConflict, ObjectMissing, Transient } from '../../errors.ts'
import { objectStore } from './index.ts'

/** As much of S3's REST interface as the store asks for, with path-style addresses. */
const objects = new Map<string, Buffer>()

const listing = (prefix: string): string => {
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix))
  const contents = keys.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`
}

const put = async (key: string, request: IncomingMessage): Promise<number> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (request.headers['if-none-match'] === '*' && objects.has(key)) return 412
  objects.set(key, Buffer.concat(chunks))
  return 200
}

const remove = (key: string): number => (objects.delete(key) ? 204 : 404)

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '', 'http://s3')
  const key = decodeURIComponent(url.pathname.replace(/^\/bucket\/?/, ''))
  if (key.endsWith('broken')) response.writeHead(403).end()
  else if (url.searchParams.get('list-type') === '2')
    response.end(listing(url.searchParams.get('prefix') ?? ''))
  else if (request.method === 'PUT') response.writeHead(await put(key, request)).end()
  else if (request.method === 'DELETE') response.writeHead(remove(key)).end()
  else if (objects.has(key)) response.end(request.method === 'HEAD' ? '' : objects.get(key))
  else response.writeHead(404).end()
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy())
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
  vi.stubEnv('AWS_REQUEST_CHECKSUM_CALCULATION', 'WHEN_REQUIRED')
})

afterAll(() => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  server.close()
})

describe('a bucket of objects', () => {
  test('gives back what was put, under its prefix, and lists it', async () => {
    const store = objectStore('s3://bucket/fly/')
    await store.put('a/one', 'text')
    await store.put('a/two', Buffer.from([0, 1]))
    expect([...objects.keys()]).toContain('fly/a/one')
    expect((await store.get('a/one')).toString()).toBe('text')
    expect(await store.get('a/two')).toEqual(Buffer.from([0, 1]))
    expect(await store.list('a/')).toEqual(['a/one', 'a/two'])
    expect([await store.exists('a/one'), await store.exists('a/none')]).toEqual([true, false])
  })
  test('takes an object away, and one that is gone again', async () => {
    const store = objectStore('s3://bucket/fly')
    await store.put('gone', 'x')
    await store.remove('gone')
    await store.remove('gone')
    expect(await store.exists('gone')).toBe(false)
    await expect(store.remove('broken')).rejects.toBeInstanceOf(Transient)
  })
  test('writes once: the same bytes are fine, others are a conflict', async () => {
    const store = objectStore('s3://bucket')
    await store.put('once', 'x')
    await store.put('once', 'x')
    await expect(store.put('once', 'y')).rejects.toBeInstanceOf(ObjectConflict)
  })
  test('knows what is missing from what fails now, and refuses paths that lead out', async () => {
    const store = objectStore('s3://bucket')
    await expect(store.get('none')).rejects.toBeInstanceOf(ObjectMissing)
    await expect(store.get('broken')).rejects.toBeInstanceOf(Transient)
    await expect(store.exists('broken')).rejects.toBeInstanceOf(Transient)
    await expect(store.put('../x', 'x')).rejects.toBeInstanceOf(RangeError)
  })
})
