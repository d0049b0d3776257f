import { setTimeout as wait } from 'node:timers/promises'
import { Core } from './core.ts'
import { openKafkaStore } from './kafka-store.ts'
import { logLine, messageOf } from './log-line.ts'
import { WrongTopic } from './log-topic.ts'
import { type RegistrySettings, readSettings } from './registry-settings.ts'
import { registryServer } from './server.ts'

const retryMs = 1_000
const stopPatienceMs = 3_000

/** Ends the process for good, however much is still open. */
const end = (code: number, why: string): never => {
  logLine(code === 0 ? 'info' : 'error', 'the registry ends', { why })
  process.exit(code)
}

/** Waits for Kafka as long as it takes; only a topic of the wrong form is a reason to give up. */
const openCore = async (settings: RegistrySettings): Promise<Core> => {
  const onDead = (error: Error): never => end(1, error.message)
  for (;;) {
    try {
      return await Core.open((apply) => openKafkaStore(apply, { ...settings, onDead }))
    } catch (error) {
      if (error instanceof WrongTopic) throw error
      logLine('warn', 'the log can not be opened yet', { why: messageOf(error) })
      await wait(retryMs)
    }
  }
}

const onStop = (stop: (why: string) => void, followsParent: boolean): void => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal))
  if (!followsParent) return
  process.stdin.once('close', () => stop('the parent is gone'))
  process.stdin.once('end', () => stop('the parent is gone'))
  process.stdin.resume()
}

const run = async (): Promise<void> => {
  const settings = readSettings(process.env)
  let close = async (): Promise<void> => {}
  onStop((why) => {
    setTimeout(() => end(0, why), stopPatienceMs).unref()
    void close().finally(() => end(0, why))
  }, settings.followsParent)
  const core = await openCore(settings)
  const server = registryServer(core)
  close = async () => {
    await server.close()
    await core.close()
  }
  await server.listen({ host: settings.host, port: settings.port })
  const address = server.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.stdout.write(`${JSON.stringify({ listening: port ?? settings.port })}\n`)
}

await run().catch((error: unknown) => end(1, messageOf(error)))
