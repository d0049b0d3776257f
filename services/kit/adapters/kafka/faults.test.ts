import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { MessageRefused } from '../../broker.ts'
import { Transient } from '../../errors.ts'
import { kafkaFault, protocolErrorOf } from './faults.ts'

const protocolError = (type: string, retriable: boolean): Error =>
  Object.assign(new Error(`it says ${type}`), { name: 'KafkaJSProtocolError', type, retriable })

const wrapped = (cause: Error): Error =>
  Object.assign(new kafkajs.KafkaJSNonRetriableError(cause.message), { cause })

test.each([
  ['UNKNOWN_TOPIC_OR_PARTITION', true, MessageRefused],
  ['MESSAGE_TOO_LARGE', false, MessageRefused],
  ['LEADER_NOT_AVAILABLE', true, Transient],
  ['NOT_COORDINATOR_FOR_GROUP', false, Transient],
])('%s, wrapped or not, has one meaning', (type, retriable, meaning) => {
  const error = protocolError(type, retriable)
  for (const each of [error, wrapped(error)]) {
    expect(kafkaFault(each, 'trying')).toBeInstanceOf(meaning)
    expect(protocolErrorOf(each)).toBe(type)
  }
})

test('a network error is Transient and says what was being done', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const fault = kafkaFault(refused, 'reading the ends')
  expect(fault).toBeInstanceOf(Transient)
  expect(fault.message).toBe('reading the ends: connect')
})

test('a fenced producer and a bug of ours stay what they are', () => {
  const fenced = protocolError('INVALID_PRODUCER_EPOCH', false)
  const bug = new TypeError('x is not a function')
  expect(kafkaFault(fenced, 'trying')).toBe(fenced)
  expect(kafkaFault(bug, 'trying')).toBe(bug)
})
