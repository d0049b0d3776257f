/** How the registry runs. */
export interface RegistrySettings {
  readonly host: string
  readonly port: number
  readonly brokers: readonly string[]
  readonly topic: string
  /** End when stdin does: a supervisor that was killed can't say so. */
  readonly followsParent: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

const portOf = (text: string, faults: string[]): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port < 0 || port > 65_535)
    faults.push(`REGISTRY_PORT is '${text}': a port, or 0 for a free one`)
  return port
}

const brokersOf = (text: string, faults: string[]): readonly string[] => {
  const brokers = text.split(',').map((broker) => broker.trim())
  const wrong = brokers.filter((broker) => !/^\S+:\d{1,5}$/.test(broker))
  if (wrong.length > 0) faults.push(`KAFKA_BROKERS is '${text}': host:port, with commas between`)
  return brokers
}

const topicOf = (text: string, faults: string[]): string => {
  if (!/^[\w.-]{1,249}$/.test(text)) faults.push(`REGISTRY_TOPIC is '${text}': no name of a topic`)
  return text
}

/** Reads the settings from the environment. Throws one error that lists every fault. */
export const readSettings = (environment: Environment): RegistrySettings => {
  const faults: string[] = []
  const get = (name: string, fallback: string): string => environment[name] || fallback
  const settings = {
    host: get('REGISTRY_HOST', '127.0.0.1'),
    port: portOf(get('REGISTRY_PORT', '0'), faults),
    brokers: brokersOf(get('KAFKA_BROKERS', ''), faults),
    topic: topicOf(get('REGISTRY_TOPIC', '_schemas'), faults),
    followsParent: get('FLYWHEEL_PARENT_PIPE', '') === '1',
  }
  if (faults.length > 0) throw new Error(`wrong settings:\n- ${faults.join('\n- ')}`)
  return settings
}
