import { describe, expect, test } from 'vitest'
import { ClickHouseError, Transient } from '../errors.ts'
import type { ClickHouse, StatementOptions } from '../outside.ts'
import { handBroker } from '../testing/hand-broker.ts'
import { testSurroundings } from '../testing/surroundings.ts'
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
