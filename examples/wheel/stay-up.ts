import type { Ground } from './running.ts'

/** For a run that ends with its stack. */
export const keepHint =
  'The stack is stopped. With --keep it stays up, and ClickHouse answers queries in your browser.'

/** Says where the stack answers, and waits for Ctrl-C. */
export const stayUp = async (
  { stack: { kafka, registry, clickhouse } }: Ground,
  say: (text: string) => void,
): Promise<void> => {
  const sql = 'SELECT verdict, reason FROM flywheel.promotions ORDER BY revision'
  say(
    [
      `ClickHouse stays up at ${clickhouse.url} (database flywheel, user ${clickhouse.user}; a page for queries: ${clickhouse.url}/play).`,
      `  curl ${clickhouse.url} --data-binary "${sql}"`,
      `Kafka: ${kafka.brokers.join(',')}, schema registry: ${registry.url}. Ctrl-C ends them.`,
    ].join('\n'),
  )
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
