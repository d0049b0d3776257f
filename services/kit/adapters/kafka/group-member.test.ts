import { EventEmitter } from 'node:events'
import type { Consumer, Kafka } from 'kafkajs'
import { expect, test } from 'vitest'
import type { Clients } from './clients.ts'
import { GroupMember } from './group-member.ts'
import type { PartitionRun } from './partition-run.ts'

/** A consumer that says what it is told to say, and nothing else. */
const consumerToBe = () => {
  const said = new EventEmitter()
  const names = ['GROUP_JOIN', 'REBALANCING', 'CRASH', 'END_BATCH_PROCESS']
  const consumer = {
    events: Object.fromEntries(names.map((name) => [name, name])),
    on: (name: string, listener: (event: unknown) => void) => said.on(name, listener),
    disconnect: async () => {},
    resume: () => {},
  }
  return {
    consumer: consumer as unknown as Consumer,
    join: (memberAssignment: Readonly<Record<string, readonly number[]>>) =>
      said.emit('GROUP_JOIN', { payload: { memberAssignment } }),
  }
}

const memberOf = (consumer: Consumer, lastRuns: Map<string, PartitionRun>) => {
  const kafka = { consumer: () => consumer } as unknown as Kafka
  const clients = { options: {}, patient: () => kafka } as unknown as Clients
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
