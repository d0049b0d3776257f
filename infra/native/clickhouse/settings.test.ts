import { expect, test } from 'vitest'
import { DOOR_SETTINGS, readDoorSettings } from './settings.ts'

test('has a default for everything', () => {
  expect(readDoorSettings({ CLICKHOUSE_DATA_DIR: '/data' })).toEqual({
    host: '127.0.0.1',
    port: 0,
    dataDir: '/data',
    user: 'default',
    password: '',
    maxConcurrentQueries: 8,
    maxWaitingQueries: 1000,
    maxMemoryBytes: 2_000_000_000,
  })
})

test('names every fault at once', () => {
  const bad = {
    CLICKHOUSE_PORT: '70000',
    CLICKHOUSE_MAX_CONCURRENT_QUERIES: '0',
    CLICKHOUSE_MAX_MEMORY_BYTES: 'much',
  }
  for (const name of Object.keys(bad)) expect(() => readDoorSettings(bad)).toThrow(name)
})

test('says what each setting means', () => {
  for (const { env, about } of DOOR_SETTINGS) expect([env, about.length > 5]).toEqual([env, true])
})
