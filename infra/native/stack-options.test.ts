import { expect, test } from 'vitest'
import { readStackRequest } from './stack-options.ts'

test('without wishes all ports are free ones, and the data is in the project', () => {
  expect(readStackRequest([], {})).toEqual({
    help: false,
    partitions: 1,
    options: {
      dataDir: '.flywheel/stack',
      password: '',
      ports: { kafka: 0, registry: 0, clickhouse: 0 },
    },
  })
})

test('the command line comes before the environment', () => {
  const environment = { KAFKA_PORT: '9092', REGISTRY_PORT: '8081', CLICKHOUSE_PASSWORD: 'a' }
  const args = ['--kafka-port', '9999', '--data', '/d', '--partitions', '2']
  const { partitions, options } = readStackRequest(args, environment)
  expect(partitions).toBe(2)
  expect(options).toMatchObject({ dataDir: '/d', password: 'a' })
  expect(options.ports).toEqual({ kafka: 9999, registry: 8081, clickhouse: 0 })
})

test('all wrong settings are told at once', () => {
  const args = ['--kafka-port', '70000', '--partitions', '0']
  const read = () => readStackRequest(args, { CLICKHOUSE_PORT: 'x' })
  expect(read).toThrow(/--kafka-port is '70000'.*--clickhouse-port is 'x'.*--partitions is '0'/s)
})

test('an unknown option is an error', () => {
  expect(() => readStackRequest(['--port', '1'], {})).toThrow('--port')
})
