import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type Api, answerHead, framesOf, requestHead } from './frames.ts'

/** What the proxy asks of whoever watches it. */
export interface KafkaWatch {
  /** A request is about to reach the broker. */
  asked(api: Api): void
  /** The broker has answered; 'lost' cuts the connection instead of passing that on. */
  answered(api: Api): 'passed' | 'lost'
}

/** A proxy between services and the broker. */
export interface KafkaProxy extends AsyncDisposable {
  readonly port: number
  /** From now on every connection is cut, as by a broker that is away; until `open`. */
  refuse(): void
  open(): void
}

type Asked = Map<number, Api>

const forward = async (from: Socket, to: Socket, look: (frame: Buffer) => boolean) => {
  for await (const frame of framesOf(from)) {
    if (!look(frame)) return
    if (!to.write(frame)) await once(to, 'drain')
  }
}

const join = async (client: Socket, broker: Socket, watch: KafkaWatch): Promise<void> => {
  const asked: Asked = new Map()
  const request = (frame: Buffer): boolean => {
    const { api, correlation } = requestHead(frame)
    if (api !== undefined) {
      asked.set(correlation, api)
      watch.asked(api)
    }
    return true
  }
  const answer = (frame: Buffer): boolean => {
    const correlation = answerHead(frame)
    const api = asked.get(correlation)
    asked.delete(correlation)
    return api === undefined || watch.answered(api) === 'passed'
  }
  await Promise.race([forward(client, broker, request), forward(broker, client, answer)])
}

/** Listens at `port` for clients and passes their frames on to the broker's port of loopback. */
export const openKafkaProxy = async (
  port: number,
  brokerPort: number,
  watch: KafkaWatch,
): Promise<KafkaProxy> => {
  const sockets = new Set<Socket>()
  let refusing = false
  const server = createServer({ noDelay: true }, (client) => {
    if (refusing) return void client.resetAndDestroy()
    const broker = connect({ port: brokerPort, host: '127.0.0.1', noDelay: true })
    const both = [client, broker]
    const end = (): void => {
      for (const socket of both) {
        socket.destroy()
        sockets.delete(socket)
      }
    }
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    join(client, broker, watch).then(end, end)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = (): void => {
    for (const socket of [...sockets]) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => {
      refusing = true
      cutAll()
    },
    open: () => {
      refusing = false
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      cutAll()
      await once(server, 'close')
    },
  }
}
