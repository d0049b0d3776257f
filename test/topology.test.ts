import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Topic, tables, topics } from '#schemas'

interface Definition {
  readonly kind: 'processor' | 'timer' | 'route' | 'proxy' | 'sink'
  readonly service: string
  readonly name: string
  readonly input?: Topic
  readonly owner?: Topic
  readonly gather?: unknown
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
  (file) =>
    /^(?!kit\/|operator\/)[^/]+\/[^/]+\.ts$/.test(file) && !/(main|\.test|testing)\.ts$/.test(file),
)
const modules = await Promise.all(files.map((file) => import(new URL(file, root).href)))
const definitions = modules.flatMap((module) => Object.values(module)).filter(isDefinition)

/** Folders beside the services: what they share, and what people do by hand. */
const notServices = new Set(['kit', 'operator'])

const services = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !notServices.has(entry.name))
  .map(({ name }) => name)

/** Where the wheel closes: what comes out of these goes into its beginning again. */
const closing = new Set(['promotions', 'retrain-triggers'])

/** Topics that a service may only write once a person can act on it. */
const unwritten = new Set(['commands.promoter'])

/** Topics that a service follows as views: `view(topics.promotions` in its code. */
const viewsOf = (service: string): readonly string[] =>
  readdirSync(new URL(`${service}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(`${service}/${file}`, root), 'utf8'))
    .flatMap((code) => [...code.matchAll(/\bview\(topics\.(\w+)/g)].map(([, name = '']) => name))
    .map((name) => (topics as unknown as Readonly<Record<string, Topic>>)[name]?.name ?? name)
const views = new Map(services.map((service) => [service, viewsOf(service)]))

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
      const writers = definitions
        .filter((one) => outputsOf(one).includes(topic.name))
        .map(({ service }) => service)
      const wanted = unwritten.has(topic.name) ? 0 : 1
      if (topic.door !== true) expect(new Set(writers).size, topic.name).toBe(wanted)
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

  /** Whether a record of a topic can lead to another record of it, where what closes the wheel is not followed. */
  const hasCycle = (stops: ReadonlySet<string>): boolean => {
    const next = (topic: string) =>
      definitions
        .filter(({ input, owner, gather, service }) => {
          const seen = gather === undefined ? [] : (views.get(service) ?? [])
          return [input?.name, owner?.name, ...seen].includes(topic)
        })
        .flatMap(outputsOf)
        .filter((name) => !stops.has(name) && name !== topic)
    const cycles = (topic: string, path: readonly string[]): boolean =>
      path.includes(topic) || next(topic).some((name) => cycles(name, [...path, topic]))
    return topics.recordTopics.some(({ name }) => cycles(name, []))
  }

  test('data flows one way but for where the wheel closes, views counted', () => {
    expect([...views.values()].flat()).toContain('promotions')
    expect(hasCycle(closing)).toBe(false)
  })

  test.each([...closing])('the wheel closes at %s', (topic) => {
    expect(hasCycle(new Set([...closing].filter((name) => name !== topic)))).toBe(true)
  })
})
