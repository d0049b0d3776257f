import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { choosePorts, freePorts } from './ports.ts'

const listen = async (port = 0) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const firstLentPort = (): number => {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0])
  } catch {
    return 49_152
  }
}

test('free ports are different, can be used, and are never lent to an outgoing connection', async () => {
  const ports = await freePorts(20)
  expect(new Set(ports).size).toBe(20)
  expect(Math.max(...ports)).toBeLessThan(firstLentPort())
  for (const port of ports) {
    await using server = await listen(port)
    expect(server.port).toBe(port)
  }
})

test('a wanted port comes first, then the remembered one, then a free one', async () => {
  const [a = 0, b = 0, c = 0] = await freePorts(3)
  const ports = await choosePorts(['x', 'y', 'z'], { x: a, y: 0 }, { x: c, y: b })
  expect(ports).toMatchObject({ x: a, y: b })
  expect(new Set(Object.values(ports)).size).toBe(3)
})

test('a remembered port that somebody uses, or that another wants, is not insisted on', async () => {
  await using server = await listen()
  const [wanted = 0] = await freePorts(1)
  const ports = await choosePorts(['x', 'y', 'z'], { z: wanted }, { x: server.port, y: wanted })
  expect(ports.x).not.toBe(server.port)
  expect(ports).toMatchObject({ z: wanted })
  expect(ports.y).not.toBe(wanted)
})

test('a wanted port that is in use or wanted twice is an error that names it', async () => {
  await using server = await listen()
  await expect(choosePorts(['kafka'], { kafka: server.port }, {})).rejects.toThrow(
    `port ${server.port}, wanted for kafka, is in use`,
  )
  await expect(choosePorts(['x', 'y'], { x: 7777, y: 7777 }, {})).rejects.toThrow('7777, 7777')
})
