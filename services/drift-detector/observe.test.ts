import { expect, test } from 'vitest'
import { drop, emit } from '#kit'
import { given } from '#kit/testing'
import { topics } from '#schemas'
import { featuresOf } from './features.ts'
import { observe } from './observe.ts'
import { aLog } from './testing.ts'

test('a call becomes an observation that knows which call it was, and none of its words', () => {
  const log = aLog()
  const outcome = given(observe).when(log)
  expect(outcome).toEqual(
    emit(topics.observations, {
      requestId: 'request-1',
      parentId: 'parent-1',
      workload: 'mail triage',
      model: 'gpt-4o',
      servedBy: 'production',
      role: 'served',
      eventTimeMs: 1000,
      features: featuresOf(log) ?? [],
    }),
  )
  expect(JSON.stringify(outcome)).not.toContain('Lunch')
})

test('what has no workload or is no chat is dropped', () => {
  expect(given(observe).when(aLog({ workload: '' }))).toEqual(drop('no workload'))
  expect(given(observe).when(aLog({ request: '{}' }))).toEqual(drop('not a chat'))
})
