import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Topic, tables, topics } from '#schemas'

interface Definition {
  readonly kind: 'processor' | 'timer' | 'route' | 'proxy' | 'sink'
  readonly service: string
  readonly name: string
  readonly input?: Topic
  readonly outputs?: readonly Topic[]
  readonly inputs?: readonly { readonly topic: string }[]
}

const kinds = new Set(['processor', 'timer', 'route', 'proxy', 'sink'])
const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  'service' in value &&
  kinds.has(String(value.kind))

const root = new URL('../services/', import.meta.url)
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /^(?!kit\/)[^/]+\/[^/]+\.ts$/.test(file) && !/(main|\.test|testing)\.ts$/.test(file),
)
const modules = await Promise.all(files.map((file) => import(new URL(file, root).href)))
const definitions = modules.flatMap((module) => Object.values(module)).filter(isDefinition)

const services = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
  .map(({ name }) => name)

/** Where the wheel closes: what comes out of these goes into its beginning again. */
const closing = new Set(['promotions', 'retrain-triggers'])

const outputsOf = ({ outputs = [] }: Definition): readonly string[] =>
  outputs.map(({ name }) => name)

test('every service defines something, and every definition belongs to its service', () => {
  expect(new Set(definitions.map(({ service }) => service))).toEqual(new Set(services))
  expect(definitions.length).toBeGreaterThanOrEqual(15)
  const names = definitions.map(({ service, name }) => `${service}.${name}`)
  expect(names).toEqual([...new Set(names)])
})

describe('topics', () => {
  test('one that is no door has one writing service', () => {
    for (const topic of topics.recordTopics) {
      const writers = new Set(
        definitions
          .filter((one) => outputsOf(one).includes(topic.name))
          .map(({ service }) => service),
      )
      if (topic.door !== true) expect([...writers].length, topic.name).toBeLessThanOrEqual(1)
    }
  })

  test('each that ends in a table is drained by the sink, dead letters too', () => {
    const drained = definitions.flatMap(({ inputs = [] }) => inputs.map(({ topic }) => topic))
    const wanted = [
      ...tables.map(({ topic }) => topic.name),
      ...topics.servicesWithDeadLetters.map(topics.deadLettersOf),
    ]
    expect(drained.toSorted()).toEqual(wanted.toSorted())
  })

  test('every service that consumes has dead letters', () => {
    const consuming = definitions.filter(({ kind }) => kind === 'processor' || kind === 'sink')
    for (const { service } of consuming) expect(topics.servicesWithDeadLetters).toContain(service)
  })

  test('data flows one way but for where the wheel closes', () => {
    const next = (topic: string) =>
      definitions
        .filter(({ input }) => input?.name === topic)
        .flatMap(outputsOf)
        .filter((name) => !closing.has(name) && name !== topic)
    const walk = (topic: string, path: readonly string[]): void => {
      expect(path, `a cycle at ${topic}`).not.toContain(topic)
      for (const name of next(topic)) walk(name, [...path, topic])
    }
    for (const { name } of topics.recordTopics) walk(name, [])
  })
})
