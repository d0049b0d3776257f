import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { applyDdl } from '../../infra/clickhouse/apply.ts'
import { ensureSchemas } from '../../infra/kafka/ensure-schemas.ts'
import { ensureTopics } from '../../infra/kafka/ensure-topics.ts'
import { topicSpecifications } from '../../infra/kafka/topics.ts'
import { type Stack, startStack } from '../../infra/native/start-stack.ts'
import { type Ask, askClickHouse } from './clickhouse.ts'
import { type Services, startServices } from './services.ts'

/** The stack with topics, schemas and tables, ready for services. */
export interface Ground {
  readonly stack: Stack
  readonly ask: Ask
  readonly dataDir: string
}

/** Starts a fresh native stack in a folder of its own. */
export const startGround = async (
  dataDir: string,
  tell: (line: string) => void,
): Promise<Ground> => {
  rmSync(dataDir, { recursive: true, force: true })
  const stack = await startStack({ dataDir: join(dataDir, 'stack'), log: tell })
  try {
    await Promise.all([
      ensureTopics(stack.kafka.brokers, topicSpecifications(1)),
      ensureSchemas(stack.registry.url),
      applyDdl(stack.clickhouse),
    ])
  } catch (error) {
    await stack.stop()
    throw error
  }
  return { stack, ask: askClickHouse(stack.clickhouse), dataDir }
}

/** Starts every service on the ground. */
export const startWheel = (
  { stack, dataDir }: Ground,
  settings: Readonly<Record<string, string>>,
  tell: (line: string) => void,
): Promise<Services> => startServices({ stack, dataDir, settings, tell })
