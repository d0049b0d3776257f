import { describe, expect, test } from 'vitest'
import { type Feedback, topics } from '#schemas'
import { Transient } from '../../errors.ts'
import { message } from '../../outcome.ts'
import { defineRoute, reply } from '../../route.ts'
import { startPaths } from '../../testing/http-scene.ts'
import { wire } from '../wire.ts'

const note = defineRoute({
  service: 'gateway',
  name: 'note',
  method: 'POST',
  path: '/notes/:id',
  outputs: [topics.feedback],
  settings: {},
  gather: async ({ params }) => {
    if (params['id'] === 'down') throw new Transient('down')
    return params['id'] ?? ''
  },
  decide: ({ body, requestId }, { facts }) => {
    if (facts === 'bug') throw new TypeError('private')
    const value = { requestId: facts, feedbackId: requestId } as Feedback
    return reply(202, { id: facts, got: body }, [message(topics.feedback, value)])
  },
})

describe('a route', () => {
  test('answers after its records are acknowledged, keyed and traced', async () => {
    const { broker, post } = await startPaths([wire(note, undefined)])
    const response = await post('/notes/n1', { thumbs: 'up' }, { 'x-request-id': 'r1' })
    expect([response.status, await response.json()]).toEqual([
      202,
      { id: 'n1', got: { thumbs: 'up' } },
    ])
    expect(broker.produced).toHaveLength(1)
    expect(broker.produced[0]).toMatchObject({ topic: 'feedback', key: 'n1' })
    expect(broker.produced[0]?.headers?.['traceparent']).toMatch(/^00-/)
  })

  test('counts what it says came of a request, once that is acknowledged', async () => {
    const counting = defineRoute({
      ...{ service: 'gateway', name: 'counting', method: 'POST', path: '/counting' },
      ...{ outputs: [topics.feedback], settings: {} },
      decide: ({ requestId }) => ({
        ...reply(202, {}, [message(topics.feedback, { requestId } as Feedback)]),
        counts: [{ kind: 'drop', reason: 'dull', count: 3 }],
      }),
    })
    const { broker, post, service } = await startPaths([wire(counting, undefined)])
    const dull = async () =>
      /flywheel_outcomes_total\{.*processor="counting",kind="drop",reason="dull".*\} (\d+)/.exec(
        await (await fetch(`${service.httpUrl}/metrics`)).text(),
      )?.[1]
    await post('/counting', {})
    expect(await dull()).toBe('3')
    broker.failProduce(new Transient('no broker'))
    expect((await post('/counting', {})).status).toBe(503)
    expect(await dull()).toBe('3')
  })

  test('answers 503 when a neighbour or Kafka is dead, 500 for a bug without quoting it', async () => {
    const { broker, post } = await startPaths([wire(note, undefined)])
    const down = await post('/notes/down', {})
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1'])
    const bug = await post('/notes/bug', {})
    expect([bug.status, await bug.text()]).toEqual([500, expect.not.stringContaining('private')])
    broker.failProduce(new Transient('no broker'))
    expect((await post('/notes/n2', {})).status).toBe(503)
  })

  test('refuses what is no JSON, too large, of another type or nowhere', async () => {
    const { post, broker } = await startPaths([wire(note, undefined)], {
      HTTP_BODY_BYTES_MAX: '100',
    })
    const statuses = [
      await post('/notes/a', '{"half":'),
      await post('/notes/a', { long: 'x'.repeat(200) }),
      await post('/notes/a', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      await post('/nowhere', {}),
    ].map(({ status }) => status)
    expect(statuses).toEqual([400, 413, 415, 404])
    expect(broker.produced).toEqual([])
  })
})
