import { MessageRefused } from '../../broker.ts'
import { Transient } from '../../errors.ts'

const refusals = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
])

const fieldOf = (error: object, name: string): unknown => Reflect.get(error, name)

/** The error and what caused it, outermost first. kafkajs wraps up to three deep. */
const chain = (error: unknown): readonly object[] => {
  const found: object[] = []
  let next = error
  while (typeof next === 'object' && next !== null && found.length < 8) {
    found.push(next)
    next = fieldOf(next, 'cause') ?? fieldOf(next, 'originalError')
  }
  return found
}

/** Kafka's own name of a protocol error, such as `CONCURRENT_TRANSACTIONS`; undefined for any other error. */
export const protocolErrorOf = (error: unknown): string | undefined =>
  chain(error)
    .map((each) => fieldOf(each, 'type'))
    .find((type) => typeof type === 'string' && /^[A-Z_]+$/.test(type)) as string | undefined

const isNetwork = (each: object): boolean => {
  const name = fieldOf(each, 'name')
  const code = fieldOf(each, 'code')
  return (
    (typeof name === 'string' &&
      /Connection|Timeout|NumberOfRetries|BrokerNotFound|NoBroker|LockTimeout|CoordinatorNotFound|MetadataNotLoaded/.test(
        name,
      )) ||
    (typeof code === 'string' && /^E[A-Z]+$/.test(code))
  )
}

/** True when kafkajs or the network says that another try may do. */
const mayPass = (error: unknown): boolean => {
  const links = chain(error)
  const innermost = links.at(-1)
  return (
    links.some(isNetwork) ||
    (innermost !== undefined && fieldOf(innermost, 'retriable') === true) ||
    ['NOT_COORDINATOR_FOR_GROUP', 'REBALANCE_IN_PROGRESS', 'BROKER_NOT_AVAILABLE'].includes(
      protocolErrorOf(error) ?? '',
    )
  )
}

/**
 * What an error of kafkajs means to us: `MessageRefused` when Kafka will never accept it, `Transient` when another try may
 * do, else the error itself. `doing` says what failed, without quoting a record.
 */
export const kafkaFault = (error: unknown, doing: string): Error => {
  const protocol = protocolErrorOf(error)
  const because = error instanceof Error ? error.message : String(error)
  if (protocol !== undefined && refusals.has(protocol))
    return new MessageRefused(`${doing}: ${because}`, { cause: error })
  if (mayPass(error)) return new Transient(`${doing}: ${because}`, { cause: error })
  return error instanceof Error ? error : new Error(`${doing}: ${because}`)
}

/** Runs one request and says what its failure means. */
export const asking = async <T>(doing: string, request: () => Promise<T>): Promise<T> => {
  try {
    return await request()
  } catch (error) {
    throw kafkaFault(error, doing)
  }
}
