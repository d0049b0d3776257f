import { AddressRefused, Transient } from '../errors.ts'
import type { DeleteRows, Delivery, Notify } from '../outcome.ts'
import type { Surroundings } from './wired.ts'

const concurrencyMax = 8
const retriableStatuses = new Set([408, 425, 429])

/** What deliveries need. */
export type Carrier = Pick<
  Surroundings,
  'service' | 'http' | 'objects' | 'clickhouse' | 'log' | 'metrics' | 'settings'
>

const notify = async ({ url, id, body }: Notify, carrier: Carrier): Promise<'done' | 'refused'> => {
  const response = await carrier.http.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: JSON.stringify(body),
    allowPrivate: carrier.settings.notifyAllowPrivate,
  })
  await response.text()
  if (response.status < 300) return 'done'
  if (response.status >= 500 || retriableStatuses.has(response.status))
    throw new Transient(`a webhook answered ${response.status}`)
  carrier.log.error({ id, status: response.status }, 'a webhook refused a notice')
  return 'refused'
}

/** A mutation, not a lightweight delete, which only hides: the rows are out of every active part when it is done. */
const deleteRows = async ({ table, positions }: DeleteRows, carrier: Carrier): Promise<void> => {
  const places = positions.map(({ partition, offset }) => `(${partition},${offset})`).join(',')
  if (places === '') return
  const statement = `ALTER TABLE ${table} DELETE WHERE (kafka_partition, kafka_offset) IN (${places})`
  await carrier.clickhouse().command(statement, {}, { settings: { mutations_sync: 2 } })
}

const carryOne = async (delivery: Delivery, carrier: Carrier): Promise<'done' | 'refused'> => {
  if (delivery.kind === 'notify') {
    return notify(delivery, carrier).catch((error: unknown) => {
      if (!(error instanceof AddressRefused)) throw error
      carrier.log.error({ id: delivery.id }, 'a webhook address is not allowed')
      return 'refused'
    })
  }
  if (delivery.kind === 'insertRows') {
    const settings = { async_insert: 0 }
    await carrier.clickhouse().insertRows(delivery.table, delivery.rows, { settings })
    return 'done'
  }
  if (delivery.kind === 'deleteRows') await deleteRows(delivery, carrier)
  else if (delivery.kind === 'removeObject') await carrier.objects().remove(delivery.path)
  else await carrier.objects().put(delivery.path, delivery.body)
  return 'done'
}

const carryAndCount = async (
  delivery: Delivery,
  carrier: Carrier,
  failures: Map<string, unknown>,
): Promise<void> => {
  const counter = carrier.metrics.counter('flywheel_deliveries_total', {
    help: 'Deliveries by kind and result.',
    labels: ['service', 'kind', 'result'],
  })
  const count = (result: string): void =>
    counter.add({ service: carrier.service, kind: delivery.kind, result })
  try {
    count(await carryOne(delivery, carrier))
  } catch (error) {
    count(error instanceof Transient ? 'retried' : 'failed')
    if (error instanceof Transient) throw error
    failures.set(delivery.id, error)
  }
}

const takesAway = ({ kind }: Delivery): boolean => kind === 'deleteRows' || kind === 'removeObject'

/**
 * Carries deliveries out, eight at a time and each id once; what takes away only after the rest has succeeded. Throws `Transient` when a receiver can't take one now: do all
 * again. Returns what failed for good, by id; a webhook that says no is counted and logged, and is no failure.
 */
export const carryOut = async (
  deliveries: readonly Delivery[],
  carrier: Carrier,
): Promise<ReadonlyMap<string, unknown>> => {
  const failures = new Map<string, unknown>()
  const unique = [...new Map(deliveries.map((delivery) => [delivery.id, delivery])).values()]
  const carryAll = async (some: readonly Delivery[]): Promise<void> => {
    const queue = some.values()
    const carry = async (): Promise<void> => {
      for (const delivery of queue) await carryAndCount(delivery, carrier, failures)
    }
    await Promise.all(Array.from({ length: Math.min(concurrencyMax, some.length) }, carry))
  }
  await carryAll(unique.filter((delivery) => !takesAway(delivery)))
  const removals = unique.filter(takesAway)
  if (failures.size === 0) await carryAll(removals)
  else for (const { id } of removals) failures.set(id, new Error('what was to come before failed'))
  return failures
}
