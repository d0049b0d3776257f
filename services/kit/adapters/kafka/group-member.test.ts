import { EventEmitter } from 'node:events'
import type { Consumer, Kafka } from 'kafkajs'
import { afterEach, expect, test, vi } from 'vitest'
import type { Clients } from './clients.ts'
import { GroupMember } from './group-member.ts'
import type { PartitionRun } from './partition-run.ts'

/** A consumer that says what it is told to say, and nothing else. */
const consumerToBe = () => {
  const said = new EventEmitter()
  const names = ['HEARTBEAT', 'GROUP_JOIN', 'REBALANCING', 'CRASH', 'END_BATCH_PROCESS']
  const consumer = {
    events: Object.fromEntries(names.map((name) => [name, name])),
    on: (name: string, listener: (event: unknown) => void) => said.on(name, listener),
    connect: async () => {},
    subscribe: async () => {},
    run: async () => {},
    disconnect: async () => {},
    pause: () => {},
    resume: () => {},
  }
  return {
    consumer: consumer as unknown as Consumer,
    beat: () => said.emit('HEARTBEAT', {}),
    join: (memberAssignment: Readonly<Record<string, readonly number[]>>) =>
      said.emit('GROUP_JOIN', { payload: { memberAssignment } }),
  }
}

const memberOf = (consumer: Consumer, lastRuns: Map<string, PartitionRun>) => {
  const kafka = { consumer: () => consumer } as unknown as Kafka
  const options = { sessionTimeoutMs: 10_000, fetchWaitMs: 500 }
  const clients = { options, patient: () => kafka } as unknown as Clients
  return new GroupMember({
    clients,
    group: 'group',
    topics: ['topic'],
    handling: {
      opens: 'at first record',
      handle: () => {
        throw new Error('nothing is read here')
      },
    },
    lastRuns,
    onJoin: () => {},
  })
}

afterEach(() => {
  vi.useRealTimers()
})

test('a member that kafkajs has forgotten to beat for joins anew', async () => {
  vi.useFakeTimers()
  const { consumer, join, beat } = consumerToBe()
  const member = memberOf(consumer, new Map())
  const ended = vi.fn()
  void member.live().then(ended)
  join({})
  for (let beats = 0; beats < 30; beats++) {
    await vi.advanceTimersByTimeAsync(10_000)
    beat()
  }
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(ended.mock.calls).toMatchObject([
    [{ kind: 'again', because: { message: expect.stringMatching(/^no heartbeat .* 5\d s$/) } }],
  ])
  await member.leave()
  expect(vi.getTimerCount()).toBe(0)
})

test('a join that ends after the member has left gives it no partition, so its successor waits for nobody', async () => {
  const lastRuns = new Map<string, PartitionRun>()
  const { consumer, join } = consumerToBe()
  const member = memberOf(consumer, lastRuns)
  join({ topic: [0] })
  const run = lastRuns.get('topic/0')
  await member.leave()
  join({ topic: [0, 1] })
  expect(member.joined).toBe(false)
  expect([...member.runs]).toEqual([])
  expect([...lastRuns]).toEqual([['topic/0', run]])
  await run?.closed
})
