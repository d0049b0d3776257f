import { expect, test } from 'vitest'
import { hasStraySemicolon } from './values.ts'

test.each([
  ["(1, 'a;b'), (2, ';')", false],
  ['(1);', false],
  ['(1); -- end', false],
  ['(1); (2)', true],
  ['(1); DROP TABLE t', true],
])('%j', (rows, isStray) => {
  expect(hasStraySemicolon(rows)).toBe(isStray)
})
