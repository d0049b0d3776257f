import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { significant, type TokenKind, tokens } from './tokens.ts'

const kindsOf = (text: string): readonly (readonly [TokenKind, string])[] =>
  [...significant(Buffer.from(text).toString('latin1'))].map(({ kind, start, end }) => [
    kind,
    Buffer.from(text).subarray(start, end).toString(),
  ])

test.each<[string, readonly (readonly [TokenKind, string])[]]>([
  ["'a\\'b''c'", [['string', "'a\\'b''c'"]]],
  [
    '"q\\"" `t``x`',
    [
      ['identifier', '"q\\""'],
      ['identifier', '`t``x`'],
    ],
  ],
  [
    'a /* b /* c */ ; */ d',
    [
      ['word', 'a'],
      ['word', 'd'],
    ],
  ],
  [
    'a -- ; b\nc # ;\n// ;\n#! ;\nd',
    [
      ['word', 'a'],
      ['word', 'c'],
      ['word', 'd'],
    ],
  ],
  [
    '#x',
    [
      ['symbol', '#'],
      ['word', 'x'],
    ],
  ],
  [
    "$t$ ; ' $t$ b",
    [
      ['heredoc', "$t$ ; ' $t$"],
      ['word', 'b'],
    ],
  ],
  [
    '$1 a$b',
    [
      ['word', '$1'],
      ['word', 'a$b'],
    ],
  ],
  ["'never closed ;", [['unclosed', "'never closed ;"]]],
  ['/* never closed ;', [['unclosed', '/* never closed ;']]],
  [
    '‘a;’ “b;”',
    [
      ['string', '‘a;’'],
      ['identifier', '“b;”'],
    ],
  ],
  [
    "x'4142' b'01' X'zz' ;",
    [
      ['string', "x'4142'"],
      ['string', "b'01'"],
      ['unclosed', "X'zz' ;"],
    ],
  ],
  [
    '1e5 0x1F 1abc',
    [
      ['number', '1e5'],
      ['number', '0x1F'],
      ['word', '1abc'],
    ],
  ],
  [
    'a\u00a0b\u3000c\ufeff',
    [
      ['word', 'a'],
      ['word', 'b'],
      ['word', 'c'],
    ],
  ],
  [
    'é;日',
    [
      ['symbol', 'é'],
      ['symbol', ';'],
      ['symbol', '日'],
    ],
  ],
])('splits %j', (text, wanted) => {
  expect(kindsOf(text)).toEqual(wanted)
})

test.prop([fc.uint8Array({ maxLength: 200 })])('covers any bytes without a gap', (bytes) => {
  const text = Buffer.from(bytes).toString('latin1')
  let end = 0
  for (const token of tokens(text)) {
    expect(token.start).toBe(end)
    expect(token.end).toBeGreaterThan(token.start)
    end = token.end
  }
  expect(end).toBe(text.length)
})

const quotedText = fc
  .tuple(fc.constantFrom("'", '"', '`'), fc.string({ unit: 'binary-ascii', maxLength: 30 }))
  .map(([quote, text]) => {
    const escaped = text.replaceAll('\\', '\\\\').replaceAll(quote, quote + quote)
    return quote + escaped + quote
  })
const comment = fc
  .string({ unit: 'binary-ascii', maxLength: 20 })
  .filter((text) => !text.includes('*') && !text.includes('/'))
  .map((text) => `/* ${text} /* ' */ ; */`)
const heredoc = fc
  .tuple(fc.stringMatching(/^[a-z]{0,3}$/), fc.stringMatching(/^[^$]{0,20}$/))
  .map(([tag, text]) => `$${tag}$${text}$${tag}$`)

test.prop([fc.array(fc.oneof(quotedText, comment, heredoc), { maxLength: 6 })])(
  'lets nothing out of quotes, comments and here-documents',
  (parts) => {
    const text = Buffer.from(parts.map((part) => `${part} ; `).join('')).toString('latin1')
    const symbols = [...significant(text)].filter(({ kind }) => kind === 'symbol')
    expect(symbols).toHaveLength(parts.length)
    expect([...tokens(text)].some(({ kind }) => kind === 'unclosed')).toBe(false)
  },
)
