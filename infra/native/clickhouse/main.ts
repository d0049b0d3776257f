import { type Door, openDoor } from './server.ts'
import { readDoorSettings, threadPoolSize } from './settings.ts'

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const complain = (error: unknown): void => {
  process.stderr.write(`clickhouse: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

const stopOn = (door: Door): void => {
  let isStopping = false
  const end = async (): Promise<void> => {
    await door.stop().catch(complain)
    process.exit()
  }
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    end().catch(complain)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop)
  if (process.env['FLYWHEEL_PARENT_PIPE'] !== '1') return
  process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()
}

try {
  const settings = readDoorSettings(process.env)
  process.env['UV_THREADPOOL_SIZE'] ??= String(threadPoolSize(settings.maxConcurrentQueries))
  const door = await openDoor(settings)
  stopOn(door)
  say({ listening: door.port })
} catch (error) {
  complain(error)
}
