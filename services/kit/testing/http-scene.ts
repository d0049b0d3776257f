import { onTestFinished } from 'vitest'
import { topics } from '#schemas'
import type { Wired } from '../runtime/wired.ts'
import { handBroker } from './hand-broker.ts'
import { testMachinery } from './machinery.ts'
import { startService } from './running-service.ts'

/** A service of paths alone on a free port, on a broker driven by hand; it stops when the test does. */
export const startPaths = async (wireds: readonly Wired[], environment = {}) => {
  const broker = handBroker()
  const machinery = testMachinery(broker, { environment })
  const service = await startService('gateway', async () => wireds, machinery)
  onTestFinished(() => service.stop())
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${service.httpUrl}${path}`, {
      method: 'POST',
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    })
  const logged = async () => {
    const values = broker.produced.map(({ value }) => value)
    const decoded = await machinery.memoryCodec.decode(topics.inferenceLogs, values)
    return decoded.map((each) => ('value' in each ? Object(each.value) : {}))
  }
  return { broker, machinery, service, post, logged }
}
