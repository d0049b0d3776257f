import { describe, expect, onTestFinished, test } from 'vitest'
import { type Feedback, type Promotion, topics } from '#schemas'
import { StartFault, Transient } from '../errors.ts'
import { drop } from '../outcome.ts'
import type { Outside } from '../outside.ts'
import { defineProcessor } from '../processor.ts'
import { defineRoute, reply } from '../route.ts'
import { integer, text } from '../settings.ts'
import { handBroker, rawRecord } from '../testing/hand-broker.ts'
import { testMachinery } from '../testing/machinery.ts'
import { startService } from '../testing/running-service.ts'
import { wire } from './wire.ts'

const probe = defineProcessor({
  service: 'curator',
  name: 'probe',
  input: topics.feedback,
  outputs: [topics.reviews],
  settings: { least: integer('PROBE_LEAST', 1, 'Least.') },
  decide: () => drop('dull'),
})

const ask = async (url: string) => {
  const response = await fetch(url)
  return { status: response.status, body: await response.text() }
}

describe('a service', () => {
  test('shows every wrong setting together and starts nothing', async () => {
    const machinery = testMachinery(handBroker(), {
      environment: { PROBE_LEAST: 'many', HTTP_PORT: '70000', LOG_LEVEL: 'loud' },
      broker: async () => {
        throw new Error('a broker was asked for')
      },
    })
    const build = async (outside: Outside) => {
      outside.settings({ model: text('PROBE_MODEL', undefined, 'Which model.') }).model.trim()
      return [wire(probe, undefined)]
    }
    const failure = await startService('curator', build, machinery).catch((error) => error)
    expect(failure).toBeInstanceOf(StartFault)
    for (const name of ['PROBE_MODEL must be set', 'HTTP_PORT', 'LOG_LEVEL'])
      expect(failure.message).toContain(name)
  })

  test("adds the definitions' settings to the world's and the kit's", async () => {
    const machinery = testMachinery(handBroker(), {
      environment: { PROBE_LEAST: 'many', HTTP_PORT: '70000' },
    })
    const failure = await startService(
      'curator',
      async () => [wire(probe, undefined)],
      machinery,
    ).catch((error) => error)
    expect(failure.message).toMatch(/HTTP_PORT.*\n.*PROBE_LEAST: "many"/)
  })

  test('throws what its world threw when the settings are right', async () => {
    const build = async () => {
      throw new StartFault('no model file')
    }
    await expect(startService('s', build, testMachinery(handBroker()))).rejects.toThrow('no model')
  })

  test('is alive, ready and measured while it runs, and stops when asked', async () => {
    const broker = handBroker()
    const machinery = testMachinery(broker)
    const service = await startService('curator', async () => [wire(probe, undefined)], machinery)
    const value = machinery.memoryCodec.encode(topics.feedback, { requestId: 'a' } as Feedback)
    await broker.hand([rawRecord('feedback', 0n, { value })])
    expect(await ask(`${service.httpUrl}/health`)).toMatchObject({ status: 200 })
    expect(await ask(`${service.httpUrl}/ready`)).toMatchObject({ status: 200 })
    const { body } = await ask(`${service.httpUrl}/metrics`)
    expect(body).toContain('kind="drop",reason="dull"} 1')
    await service.stop()
    await expect(ask(`${service.httpUrl}/health`)).rejects.toThrow()
  })

  test('is alive but not ready, and answers 503, while the registry is dead', async () => {
    const seen: { status: number }[] = []
    const address = Promise.withResolvers<string>()
    const machinery = testMachinery(handBroker(), {
      server: (options) => {
        const server = testMachinery(handBroker()).server(options)
        const listen = async () => {
          const url = await server.listen()
          address.resolve(url)
          return url
        }
        return { ...server, listen }
      },
    })
    machinery.memoryCodec.fail(new Transient('registry down'))
    const echo = defineRoute({
      service: 'curator',
      name: 'echo',
      method: 'GET',
      path: '/echo',
      outputs: [],
      settings: {},
      decide: () => reply(200, 'echo'),
    })
    const starting = startService('curator', async () => [wire(echo, undefined)], machinery)
    const url = await address.promise
    for (const path of ['health', 'ready', 'echo']) seen.push(await ask(`${url}/${path}`))
    machinery.memoryCodec.fail(undefined)
    const service = await starting
    seen.push(await ask(`${url}/echo`))
    expect(seen.map(({ status }) => status)).toEqual([200, 503, 503, 200])
    await service.stop()
  })

  test('ends with the error of a part that can not go on', async () => {
    const broker = handBroker()
    const machinery = testMachinery(broker, { environment: { BUGS_MAX: '1' } })
    const buggy = {
      ...probe,
      decide: () => {
        throw new TypeError('bug')
      },
    }
    const service = await startService('curator', async () => [wire(buggy, undefined)], machinery)
    const value = machinery.memoryCodec.encode(topics.feedback, { requestId: 'a' } as Feedback)
    const records = [0n, 1n].map((offset) => rawRecord('feedback', offset, { value }))
    broker.hand(records).catch(() => undefined)
    await expect(service.done).rejects.toMatchObject({ name: 'TooManyBugs' })
  })

  test('stops while it still waits to start', async () => {
    const machinery = testMachinery(handBroker())
    machinery.memoryCodec.fail(new Transient('registry down'))
    const starting = startService('curator', async () => [wire(probe, undefined)], machinery)
    starting.catch(() => undefined)
    onTestFinished(() => machinery.stop())
    await expect
      .poll(() => machinery.lines.some(({ message }) => /registry/.test(message)))
      .toBe(true)
    machinery.stop()
    await expect
      .poll(
        () => machinery.signal.aborted && machinery.lines.every(({ level }) => level !== 'error'),
      )
      .toBe(true)
  })

  test('builds its views before its consumers and its answers', async () => {
    const broker = handBroker()
    const machinery = testMachinery(broker)
    const championRoute = defineRoute({
      service: 'gateway',
      name: 'champion',
      method: 'GET',
      path: '/champion/:workload',
      outputs: [],
      settings: {},
      gather: async ({ params }, world: { revision: (workload: string) => number | undefined }) =>
        world.revision(params['workload'] ?? ''),
      decide: (_request, { facts }) => reply(200, { revision: facts ?? null }),
    })
    const service = await startService(
      'gateway',
      async (outside) => {
        const view = await outside.view(topics.promotions, { boundEntries: 10 })
        return [wire(championRoute, { revision: (workload) => view.get(workload)?.revision })]
      },
      machinery,
    )
    const value = machinery.memoryCodec.encode(topics.promotions, {
      workload: 'w',
      revision: 4,
    } as Promotion)
    await broker.publish([rawRecord('promotions', 0n, { key: 'w', value })])
    expect((await ask(`${service.httpUrl}/champion/w`)).body).toBe('{"revision":4}')
    await service.stop()
  })
})
