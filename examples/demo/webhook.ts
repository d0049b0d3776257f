import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { listen } from './upstream.ts'

/** A running receiver of alerts; an alert that is sent twice with one idempotency key counts once. */
export interface Webhook {
  readonly url: string
  readonly alerts: () => readonly Readonly<Record<string, unknown>>[]
  readonly close: () => Promise<void>
}

/** Takes alerts as on-call's webhook would. */
export const webhookReceiver = async (): Promise<Webhook> => {
  const alerts = new Map<string, Record<string, unknown>>()
  const server = createServer(async (request, response) => {
    const body = (await json(request).catch(() => ({}))) as Record<string, unknown>
    alerts.set(String(request.headers['idempotency-key'] ?? alerts.size), body)
    response.writeHead(204).end()
  })
  const { port, close } = await listen(server)
  return { url: `http://127.0.0.1:${port}/alerts`, alerts: () => [...alerts.values()], close }
}
