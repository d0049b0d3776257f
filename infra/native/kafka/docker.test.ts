import { expect, test } from 'vitest'
import { sharedBrokerProperties } from '../../kafka/properties.ts'
import { containerArguments, environmentName, hasDockerEngine } from './docker.ts'

test('properties become the names that the image reads', () => {
  expect(environmentName('log.message.timestamp.type')).toBe('KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE')
  expect(environmentName('a_b.c')).toBe('KAFKA_A__B_C')
})

test('the container has every setting of the native broker and listens on the loopback address only', () => {
  const properties = sharedBrokerProperties()
  const place = { folder: '/data/one', ports: [29_092], clusterId: 'id', properties }
  const words = containerArguments(place)
  for (const [property, value] of Object.entries(properties))
    expect(words).toContain(`${environmentName(property)}=${value}`)
  expect(words).toContain('127.0.0.1:29092:29092')
  expect(containerArguments({ ...place, folder: '/data/two' })[2]).not.toBe(words[2])
})

test('a machine without the docker command has no engine', async () => {
  expect(await hasDockerEngine({ PATH: '/nowhere' })).toBe(false)
})
