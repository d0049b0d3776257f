import { expect, test } from 'vitest'
import { formatProperties, parseProperties, sharedBrokerProperties } from './properties.ts'
import { topicSpecifications } from './topics.ts'

test('properties survive writing and reading', () => {
  const properties = { 'a.b': '1', path: '/x=y', empty: '' }
  expect(parseProperties(formatProperties(properties))).toEqual(properties)
})

test('a line that is no property is an error', () => {
  expect(() => parseProperties('# fine\n\nnot a property')).toThrow('not a property')
})

test('a dead letter fits where its record did', () => {
  const { 'message.max.bytes': brokerMax } = sharedBrokerProperties()
  const limits = topicSpecifications(1).map(({ name, config }) => ({
    dead: name.endsWith('.dead-letters'),
    bytes: Number(config['max.message.bytes']),
  }))
  const inputs = limits.filter(({ dead }) => !dead).map(({ bytes }) => bytes)
  const dead = limits.filter((one) => one.dead).map(({ bytes }) => bytes)
  expect(Math.min(...dead)).toBeGreaterThan(Math.max(...inputs))
  expect(Number(brokerMax)).toBeGreaterThanOrEqual(Math.max(...dead))
})
