import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { InsertRows, Plain, ReadRows } from './grammar.ts'
import { classify } from './statement.ts'

const insert = (text: string): InsertRows & { readonly rows: string; readonly sql: string } => {
  const statement = classify(text)
  if (statement.kind !== 'insert-rows') throw new Error(`not rows: ${text}`)
  const sql = statement.fromFile("'F'").replace(/\s+/g, ' ')
  return { ...statement, rows: text.slice(statement.dataAt), sql }
}
const other = (text: string): ReadRows | Plain => {
  const statement = classify(text)
  if (statement.kind === 'insert-rows') throw new Error(`rows: ${text}`)
  return statement
}

describe('INSERT with rows', () => {
  test.each([
    [
      'INSERT INTO t FORMAT CSV\n1,2',
      '1,2',
      "INSERT INTO t FROM INFILE 'F' COMPRESSION 'none' FORMAT CSV",
    ],
    [
      'INSERT INTO t FORMAT CSV 1,2',
      '1,2',
      "INSERT INTO t FROM INFILE 'F' COMPRESSION 'none' FORMAT CSV",
    ],
    [
      'insert into t format RowBinary\r\n\n\n',
      '\n\n',
      "insert into t FROM INFILE 'F' COMPRESSION 'none' FORMAT RowBinary",
    ],
    [
      'INSERT INTO t VALUES (1);',
      '(1);',
      "INSERT INTO t FROM INFILE 'F' COMPRESSION 'none' FORMAT Values",
    ],
    [
      'INSERT INTO d.`values` (a, `format`) VALUES (1)',
      '(1)',
      "INSERT INTO d.`values` (a, `format`) FROM INFILE 'F' COMPRESSION 'none' FORMAT Values",
    ],
    [
      "INSERT INTO t (a) SETTINGS x = 1, y = 'FORMAT' FORMAT TSV\n1",
      '1',
      "INSERT INTO t (a) FROM INFILE 'F' COMPRESSION 'none' SETTINGS x = 1, y = 'FORMAT' FORMAT TSV",
    ],
    [
      "INSERT INTO t FORMAT TSV SETTINGS x=1, y='a b'\n1",
      '1',
      "INSERT INTO t FROM INFILE 'F' COMPRESSION 'none' SETTINGS x=1, y='a b' FORMAT TSV",
    ],
    [
      "INSERT INTO FUNCTION null('a UInt8') VALUES (1)",
      '(1)',
      "INSERT INTO FUNCTION null('a UInt8') FROM INFILE 'F' COMPRESSION 'none' FORMAT Values",
    ],
    [
      'INSERT INTO {t:Identifier} FORMAT CSV\n1',
      '1',
      "INSERT INTO {t:Identifier} FROM INFILE 'F' COMPRESSION 'none' FORMAT CSV",
    ],
    [
      "/* ; */ INSERT INTO t -- FORMAT X\n FORMAT CSV\n';",
      "';",
      "/* ; */ INSERT INTO t -- FORMAT X FROM INFILE 'F' COMPRESSION 'none' FORMAT CSV",
    ],
    [
      "INSERT INTO t SELECT a + 1 FROM input('a UInt8') WHERE a > 0 FORMAT CSV\n1",
      '1',
      "INSERT INTO t SELECT a + 1 FROM file('F', 'CSV', 'a UInt8', 'none') WHERE a > 0 ",
    ],
  ])('%j', (text, rows, sql) => {
    expect(insert(text)).toMatchObject({ rows, sql })
  })

  test('keeps a comment from swallowing what is put in', () => {
    const statement = classify('INSERT INTO t -- note\nSETTINGS x = 1 -- note\nFORMAT CSV\n1')
    expect(statement.kind === 'insert-rows' && statement.fromFile("'F'")).toBe(
      "INSERT INTO t -- note\n FROM INFILE 'F' COMPRESSION 'none' SETTINGS x = 1 -- note\n FORMAT CSV",
    )
  })

  test.prop([fc.uint8Array({ maxLength: 300 })])('never reads the rows as SQL', (bytes) => {
    const rows = Buffer.from(bytes).toString('latin1')
    const text = `INSERT INTO t (a) FORMAT RowBinary\n${rows}`
    expect(insert(text)).toMatchObject({ rows, format: 'RowBinary' })
  })

  test.each([
    ['INSERT INTO t', 62],
    ['INSERT INTO t FORMAT', 62],
    ['INSERT INTO t FORMAT CSV; 1', 62],
    ['INSERT INTO t SETTINGS a=1 FORMAT CSV SETTINGS b=1\n1', 62],
    ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", 78],
  ])('refuses %j', (text, code) => {
    expect(() => classify(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('everything else', () => {
  test.each([
    ['SELECT 1 FORMAT JSON', 'SELECT 1 ', 'JSON', ''],
    [
      'SELECT 1 FORMAT JSON SETTINGS max_threads = 1;',
      'SELECT 1 ',
      'JSON',
      ' SETTINGS max_threads = 1',
    ],
    ['SELECT 1 AS format', 'SELECT 1 AS format', undefined, ''],
    ['SELECT format FROM t', 'SELECT format FROM t', undefined, ''],
    ["SELECT ' FORMAT JSON' -- FORMAT CSV", "SELECT ' FORMAT JSON'", undefined, ''],
    ['(SELECT 1 FORMAT CSV)', '(SELECT 1 FORMAT CSV)', undefined, ''],
    ['WITH 1 AS x SELECT x ;\n-- end', 'WITH 1 AS x SELECT x', undefined, ''],
    ['SHOW TABLES format TSV', 'SHOW TABLES ', 'TSV', ''],
  ])('reads rows: %j', (text, before, format, after) => {
    expect(other(text)).toEqual({ kind: 'read-rows', before, format, after })
  })

  test.each([
    ['CREATE TABLE t (a UInt8) ENGINE = Memory;', 'CREATE'],
    ['EXPLAIN AST INSERT INTO t VALUES (1)', 'EXPLAIN'],
    ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'WITH'],
    ['INSERT INTO t SELECT 1', 'INSERT'],
    ['INSERT INTO t (a) (SELECT 1)', 'INSERT'],
    ['INSERT INTO t WITH 1 AS x SELECT x', 'INSERT'],
    ["SELECT 1 FROM t WHERE a = 'x'", 'SELECT'],
  ])('says what %j is', (text, verb) => {
    const statement = other(text)
    expect(statement.kind === 'plain' ? statement.verb : 'SELECT').toBe(verb)
  })

  test.each([
    ['', 62],
    [' -- nothing\n/* */', 62],
    [';', 62],
    ['SELECT 1; SELECT 2', 62],
    ['SELECT 1;; ', 62],
    ['INSERT INTO t SELECT 1; DROP TABLE t', 62],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 358],
  ])('refuses %j', (text, code) => {
    expect(() => classify(text)).toThrow(expect.objectContaining({ code }))
  })

  test('takes a semicolon in quotes for text', () => {
    expect(other("SELECT ';', `;`, $$ ; $$ /* ; */ -- ;").kind).toBe('read-rows')
  })
})
