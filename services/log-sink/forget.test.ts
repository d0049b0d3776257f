import { describe, expect, test } from 'vitest'
import { givenTimer } from '#kit/testing'
import { tables } from '#schemas'
import { type FoundRow, forget } from './forget.ts'
import { searches } from './world/forgotten-rows.ts'

const found = (table: string, offset: number, call = ''): FoundRow => ({
  subject: 'who',
  table,
  call,
  partition: 1,
  offset,
})

describe('forgetting', () => {
  test('writes down every row that it deletes, by table', () => {
    const facts = [found('curated', 7, 'AB'), found('feedback', 3), found('curated', 8, 'CD')]
    const { messages, deliveries } = givenTimer(forget, { facts }).at(1500)
    expect(messages).toEqual([])
    expect(deliveries).toMatchObject([
      {
        kind: 'insertRows',
        table: 'forgotten_rows',
        rows: [
          { subject: 'who', table_name: 'curated', call: 'AB', kafka_offset: 7, found_at: '1.500' },
          { subject: 'who', table_name: 'curated', call: 'CD', kafka_offset: 8 },
        ],
      },
      {
        kind: 'deleteRows',
        table: 'curated',
        positions: [
          { partition: 1, offset: 7 },
          { partition: 1, offset: 8 },
        ],
      },
      { kind: 'insertRows', rows: [{ table_name: 'feedback', call: '', kafka_offset: 3 }] },
      { kind: 'deleteRows', table: 'feedback', positions: [{ partition: 1, offset: 3 }] },
    ])
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(4)
  })

  test('does nothing when nothing is found', () => {
    expect(givenTimer(forget, { facts: [] }).at(0).deliveries).toEqual([])
  })

  test('looks into every table that names a person or a call', () => {
    const naming = tables.filter(({ name, columns }) => {
      const names = columns.map((column) => column.name)
      return (
        name !== 'subjects_forgotten' &&
        ['subject', 'request_id'].some((one) => names.includes(one))
      )
    })
    expect(new Set(searches.map(({ table }) => table))).toEqual(
      new Set(naming.map(({ name }) => name)),
    )
    expect(naming.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['inference_logs', 'curated', 'feedback', 'reviews', 'observations']),
    )
  })
})
