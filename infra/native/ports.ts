import { type AddressInfo, createServer } from 'node:net'

/**
 * Below the ports that Linux (from 32768) and macOS (from 49152) lend to outgoing connections: a port from there could be taken
 * by any client, even by one that tries to reach it, while the program that it belongs to is being restarted.
 */
const firstPort = 20_000
const pastLastPort = 32_768

const canListen = async (port: number): Promise<boolean> => {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => {
      const isIt = (server.address() as AddressInfo).port === port
      server.close(() => resolve(isIt))
    })
  })
}

const freePort = async (taken: ReadonlySet<number>): Promise<number> => {
  const span = pastLastPort - firstPort
  const start = Math.floor(Math.random() * span)
  for (let step = 0; step < span; step += 1) {
    const port = firstPort + ((start + step) % span)
    if (!taken.has(port) && (await canListen(port))) return port
  }
  throw new Error(`every port of 127.0.0.1 from ${firstPort} to ${pastLastPort - 1} is in use`)
}

/** Ports of the loopback address that nobody uses now, all different, and never lent to an outgoing connection. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const taken = new Set<number>()
  while (taken.size < count) taken.add(await freePort(taken))
  return [...taken]
}

/** Ports by the name of the part that listens there. */
export type Ports<Name extends string = string> = Readonly<Record<Name, number>>

const mustBeFree = async (name: string, port: number): Promise<number> => {
  if (await canListen(port)) return port
  throw new Error(`port ${port}, wanted for ${name}, is in use: free it or give another`)
}

const rememberedOrFree = async (last: number, taken: ReadonlySet<number>): Promise<number> =>
  last > 0 && !taken.has(last) && (await canListen(last)) ? last : await freePort(taken)

/**
 * Chooses a port for each name: the wanted one, else the remembered one if it is free, else a free one. 0 is no wish.
 * @throws Error when a wanted port is in use, or wanted twice
 */
export const choosePorts = async <Name extends string>(
  names: readonly Name[],
  wanted: Partial<Ports<NoInfer<Name>>>,
  remembered: Partial<Ports<NoInfer<Name>>>,
): Promise<Ports<Name>> => {
  const given = names.map((name) => wanted[name] ?? 0).filter((port) => port > 0)
  const taken = new Set(given)
  if (taken.size < given.length) throw new Error(`one port can't serve two: ${given.join(', ')}`)
  const chosen: [Name, number][] = []
  for (const name of names) {
    const wish = wanted[name] ?? 0
    const port = await (wish > 0
      ? mustBeFree(name, wish)
      : rememberedOrFree(remembered[name] ?? 0, taken))
    taken.add(port)
    chosen.push([name, port])
  }
  return Object.fromEntries(chosen) as Ports<Name>
}
