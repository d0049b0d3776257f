import { expect, test } from 'vitest'
import { readSettings } from './registry-settings.ts'

test('has a default for all but the brokers', () => {
  expect(readSettings({ KAFKA_BROKERS: 'a:1, b:2' })).toEqual({
    host: '127.0.0.1',
    port: 0,
    brokers: ['a:1', 'b:2'],
    topic: '_schemas',
    followsParent: false,
  })
})

test('names every fault at once', () => {
  const read = () => readSettings({ REGISTRY_PORT: '99999', REGISTRY_TOPIC: 'a b' })
  expect(read).toThrow(/REGISTRY_PORT.*KAFKA_BROKERS.*REGISTRY_TOPIC/s)
})
