import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { AddressRefused, Transient } from '../../errors.ts'
import { isPublic } from './guard.ts'
import { httpClient } from './index.ts'

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('http', () => {
  test('asks and reads the answer, whatever its status', async () => {
    const url = await serve((request, response) => {
      response.writeHead(418, { 'x-seen': request.headers['idempotency-key'] })
      request.pipe(response)
    })
    const response = await httpClient().request(url, {
      method: 'POST',
      headers: { 'idempotency-key': 'k' },
      body: '{"a":1}',
      allowPrivate: true,
    })
    expect(response.status).toBe(418)
    expect(response.headers['x-seen']).toBe('k')
    expect(await response.json()).toEqual({ a: 1 })
  })
  test('hands chunks on as they come', async () => {
    const url = await serve((_request, response) => {
      response.write('one')
      setImmediate(() => response.end('two'))
    })
    const { chunks } = await httpClient().request(url, { allowPrivate: true })
    const seen: Uint8Array[] = []
    for await (const chunk of chunks) seen.push(chunk)
    expect(Buffer.concat(seen).toString()).toBe('onetwo')
  })
  test('calls a dead or silent neighbour transient', async () => {
    const client = httpClient()
    const silent = await serve(() => undefined)
    await expect(
      client.request(silent, { allowPrivate: true, timeoutMs: 50 }),
    ).rejects.toBeInstanceOf(Transient)
    await expect(
      client.request('http://127.0.0.1:1', { allowPrivate: true }),
    ).rejects.toBeInstanceOf(Transient)
  })
  test('calls a body that breaks off transient', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      setImmediate(() => response.destroy())
    })
    const response = await httpClient().request(url, { allowPrivate: true })
    await expect(response.text()).rejects.toBeInstanceOf(Transient)
  })
  test.each([
    'http://127.0.0.1:9/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost:9/',
    'file:///etc/hosts',
    'not an address',
  ])('refuses %s', async (url) => {
    await expect(httpClient().request(url)).rejects.toBeInstanceOf(AddressRefused)
  })
  test('knows which addresses are public', () => {
    expect(isPublic('93.184.216.34')).toBe(true)
    expect(isPublic('2606:4700::1111')).toBe(true)
    for (const address of ['10.1.2.3', '192.168.0.1', '100.64.0.1', 'fe80::1', 'fc00::1', '', 'x'])
      expect(isPublic(address)).toBe(false)
  })
})
