import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { preamble, quotedName, stringLiteral } from './preamble.ts'
import { tokens } from './tokens.ts'

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

test.prop([fc.string({ unit: 'binary' })])('a literal is one string token', (text) => {
  expect([...tokens(latin1(stringLiteral(text)))].map(({ kind }) => kind)).toEqual(['string'])
})

test.prop([fc.string({ unit: 'binary' })])('a name is one identifier token', (text) => {
  expect([...tokens(latin1(quotedName(text)))].map(({ kind }) => kind)).toEqual(['identifier'])
})

const plain = { database: undefined, tag: 'q', settings: [], parameters: [] }

test('sets readonly last, whatever the order of the address', () => {
  const settings = [
    ['readonly', '1'],
    ['max_threads', '2'],
  ] as const
  expect(preamble({ ...plain, database: 'a`b', settings })).toEqual([
    "SET implicit_select = '0', async_insert = '0', wait_for_async_insert = '1', " +
      "log_comment = 'q'; USE `a\\`b`; SET max_threads = '2'; SET readonly = '1'",
  ])
})

test('makes room for long parameters, and takes it back', () => {
  const long = 'x'.repeat(300_000)
  const all = preamble({ ...plain, parameters: [['p', long]] })
  expect(all[0]).toBe(`SET max_query_size = ${long.length + "SET `param_p` = ''".length + 1000}`)
  expect(all[1]).toBe(`SET \`param_p\` = '${long}'`)
  expect(all[2]).toBe('SET max_query_size = DEFAULT')
})

test.each(['a b', 'a=1,b', "x'", '1a', ''])('takes no setting named %j', (name) => {
  const refused = (): unknown => preamble({ ...plain, settings: [[name, '1']] })
  expect(refused).toThrow(expect.objectContaining({ code: 115 }))
})
