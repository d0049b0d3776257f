import { describe, expect, test } from 'vitest'
import { type HttpResponse, Transient } from '#kit'
import { memoryObjects, runOnMemory } from '#kit/testing'
import { type Ask, champion, ordinary, starting } from './testing/chat-scene.ts'
import { aRequest } from './testing/samples.ts'
import { gatewayWorld } from './world/gateway-world.ts'

const start = starting({
  run: (build, options) => runOnMemory('gateway', build, options),
  objects: memoryObjects,
  world: gatewayWorld,
})

describe('with a champion', () => {
  test('he answers in the production model’s form, and a copy goes upstream', async () => {
    const { post, promote, logged, asked, listed } = await start(ordinary, {
      GATEWAY_SAMPLED_SHARE: '1',
    })
    await promote()
    const response = await post(aRequest('cheap pills offer'), { 'x-request-id': 'r1' })
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'student:candidate-1',
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            tool_calls: [{ function: { name: 'quarantine', arguments: '{"sure":true}' } }],
          },
        },
      ],
    })
    expect(response.headers.get('x-flywheel-served-by')).toBe('student:candidate-1')
    const [served, sampled] = await logged(2)
    expect(served).toMatchObject({
      ...{ requestId: 'r1', servedBy: 'student:candidate-1', role: 'served', parentId: '' },
      ...{ artifactHash: champion.artifactHash, routeReason: 'champion', canaryShare: 1 },
    })
    expect(served?.confidence).toBeGreaterThan(0.5)
    expect(served?.costUsd).toBeGreaterThan(0)
    expect(sampled).toMatchObject({
      ...{ servedBy: 'production', role: 'sampled', parentId: 'r1', costUsd: 3.5 },
      ...{ artifactHash: '', confidence: null, routeReason: 'sampled', workload: 'mail' },
    })
    expect(sampled?.requestId).toMatch(/^[0-9a-f]{64}$/)
    expect(asked).toHaveLength(1)
    expect(await listed()).toEqual(['gpt-4o', 'student:candidate-1'])
  })

  test('his stream adds up to the same answer', async () => {
    const { post, promote } = await start(ordinary, { GATEWAY_SAMPLED_SHARE: '0' })
    await promote()
    const body = aRequest('team lunch', { stream: true, stream_options: { include_usage: true } })
    const text = await (await post(body)).text()
    expect(text).toContain('"name":"deliver"')
    expect(text).toContain('"total_tokens"')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('an unsure cascade leaves the call to the production model', async () => {
    const { post, promote, logged } = await start()
    await promote({ kind: 'cascade', threshold: 1.5 })
    const response = await post(aRequest('team lunch'))
    expect(response.headers.get('x-flywheel-route')).toBe('cascade-unsure')
    expect(await logged(1)).toMatchObject([
      {
        servedBy: 'production',
        confidence: null,
        attributes: {
          studentLabel: 'deliver',
          studentConfidence: expect.stringMatching(/^[01]\.\d{6}$/),
        },
      },
    ])
  })

  test('a copy that fails is logged as failed', async () => {
    const ask: Ask = () => {
      throw new Transient('no route')
    }
    const { post, promote, logged } = await start(ask, { GATEWAY_SAMPLED_SHARE: '1' })
    await promote()
    expect((await post(aRequest('team lunch'))).status).toBe(200)
    expect((await logged(2))[1]).toMatchObject({ role: 'sampled', status: 502, response: '' })
  })

  test('copies that find no room are dropped and counted, and the stop does not wait for them', async () => {
    const hanging: Ask = (_url, { signal }) => {
      const late = Promise.withResolvers<HttpResponse>()
      signal?.addEventListener('abort', () => late.reject(new Transient('aborted')))
      return late.promise
    }
    const { post, promote, run } = await start(hanging, {
      ...{ GATEWAY_SAMPLED_SHARE: '1', GATEWAY_SAMPLED_CONCURRENCY_MAX: '1' },
      GATEWAY_SAMPLED_WAITING_MAX: '1',
    })
    await promote()
    for (const text of ['one', 'two', 'three']) await (await post(aRequest(text))).text()
    const metrics = async () => (await fetch(`${run.httpUrl}/metrics`)).text()
    await expect
      .poll(metrics)
      .toContain('flywheel_proxy_copies_total{service="gateway",route="chat",result="dropped"} 1')
  })

  test('one that does not match his hash leaves the calls to the production model', async () => {
    const { post, promote } = await start()
    await promote({ artifactHash: '00' })
    const response = await post(aRequest('team lunch'))
    expect(response.headers.get('x-flywheel-route')).toBe('champion-unavailable')
    expect(response.headers.get('x-flywheel-served-by')).toBe('production')
  })
})
