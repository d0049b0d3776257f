import { describe, expect, test } from 'vitest'
import { ClickHouseError, ObjectConflict, Transient } from '../errors.ts'
import type { ClickHouse, ObjectStore, StatementOptions } from '../outside.ts'
import { handBroker } from '../testing/hand-broker.ts'
import { memoryObjects, testSurroundings } from '../testing/surroundings.ts'
import { carryOut } from './deliveries.ts'

const rows = [{ id: 1 }]
const delivery = { kind: 'insertRows', id: 'i', table: 'chunks', rows } as const

const carry = async (failure?: Error) => {
  const inserted: unknown[] = []
  const clickhouse = {
    insertRows: async (table: string, given: unknown, options?: StatementOptions) => {
      if (failure !== undefined) throw failure
      inserted.push([table, given, options?.settings])
    },
  } as unknown as ClickHouse
  const carrier = testSurroundings(handBroker(), { clickhouse: () => clickhouse })
  return { inserted, failures: await carryOut([delivery, delivery], carrier) }
}

describe('rows to insert', () => {
  test('are inserted once an id, and not later than the acknowledgement', async () => {
    const { inserted, failures } = await carry()
    expect(inserted).toEqual([['chunks', rows, { async_insert: 0 }]])
    expect(failures.size).toBe(0)
  })

  test('are tried again where the table can not take them now, and given up where it refuses', async () => {
    await expect(carry(new Transient('down'))).rejects.toThrow(Transient)
    const refused = new ClickHouseError(16, 'no such column')
    expect((await carry(refused)).failures.get('i')).toBe(refused)
  })
})

describe('what takes away', () => {
  const put = { kind: 'putObject', id: 'p', path: 'new', body: 'x' } as const
  const remove = { kind: 'removeObject', id: 'r', path: 'old' } as const
  const positions = [
    { partition: 0, offset: 7 },
    { partition: 2, offset: 9 },
  ]
  const deletion = { kind: 'deleteRows', id: 'd', table: 'curated', positions } as const

  const scene = async (putFails?: Error) => {
    const done: string[] = []
    const objects = memoryObjects()
    await objects.put('old', 'person')
    const put: ObjectStore['put'] = async (path, body) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (putFails !== undefined) throw putFails
      done.push(`put ${path}`)
      await objects.put(path, body)
    }
    const remove: ObjectStore['remove'] = async (path) => {
      done.push(`remove ${path}`)
      await objects.remove(path)
    }
    const command: ClickHouse['command'] = async (sql, _parameters, options) => {
      done.push(`${sql} ${options?.settings?.['mutations_sync']}`)
    }
    const carrier = testSurroundings(handBroker(), {
      objects: () => ({ ...objects, put, remove }),
      clickhouse: () => ({ command }) as ClickHouse,
    })
    return { done, objects, carrier }
  }

  test('comes after all that adds', async () => {
    const { done, objects, carrier } = await scene()
    await carryOut([remove, deletion, put], carrier)
    expect(done[0]).toBe('put new')
    expect(done.slice(1).sort()).toEqual([
      'ALTER TABLE curated DELETE WHERE (kafka_partition, kafka_offset) IN ((0,7),(2,9)) 2',
      'remove old',
    ])
    expect(await objects.list('')).toEqual(['new'])
  })

  test('does not come when something before it failed', async () => {
    const failed = await scene(new ObjectConflict('new'))
    const failures = await carryOut([remove, put], failed.carrier)
    expect([...failures.keys()].sort()).toEqual(['p', 'r'])
    expect(await failed.objects.exists('old')).toBe(true)
    const down = await scene(new Transient('down'))
    await expect(carryOut([remove, put], down.carrier)).rejects.toBeInstanceOf(Transient)
    expect(await down.objects.exists('old')).toBe(true)
  })
})
