import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import kafkajs from 'kafkajs'
import { inject } from 'vitest'
import { z } from 'zod'
import { quietIdleConnections } from './kafkajs-idle.ts'

quietIdleConnections()

const provided = z
  .object({ kafka: z.object({ brokers: z.union([z.string(), z.array(z.string())]) }) })
  .safeParse(inject('stack'))
const brokers = String(
  provided.success ? provided.data.kafka.brokers : (process.env['KAFKA_BROKERS'] ?? ''),
)
const topic = `_schemas-test-${randomUUID()}`

/** A registry in a process of its own. */
export interface Running {
  readonly child: ChildProcess
  readonly url: string
}

const children = new Set<ChildProcess>()

/** Starts one on the test's own topic and waits until it listens. */
export const start = async (): Promise<Running> => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      KAFKA_BROKERS: brokers,
      REGISTRY_TOPIC: topic,
      REGISTRY_PORT: '0',
      FLYWHEEL_PARENT_PIPE: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = z.object({ listening: z.int() }).parse(JSON.parse(line))
    return { child, url: `http://127.0.0.1:${listening}` }
  }
  throw new Error('the registry ended before it listened')
}

/** Waits for its end; returns the status or the signal. */
export const ended = async (child: ChildProcess): Promise<number | string | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  children.delete(child)
  return child.exitCode ?? child.signalCode
}

/** Kills it the hard way. */
export const kill = async ({ child }: Running): Promise<void> => {
  child.kill('SIGKILL')
  await ended(child)
}

/** Posts JSON as clients do. */
export const post = async (url: string, body: object) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify(body),
  })
  return {
    status: answer.status,
    body: z.looseObject({ id: z.int().optional() }).parse(await answer.json()),
  }
}

/** The text of a record schema. */
export const schemaOf = (name: string, ...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name, namespace: 'acme', fields })
/** A field. */
export const x = { name: 'x', type: 'int' }
/** A field with a default. */
export const y = { name: 'y', type: ['null', 'string'], default: null }

/** Ends every registry that is left, and removes their topic. */
export const cleanUp = async (): Promise<void> => {
  for (const child of children) {
    child.kill('SIGKILL')
    await ended(child)
  }
  const admin = new kafkajs.Kafka({
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
}
