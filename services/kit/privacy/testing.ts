import fc from 'fast-check'

const values = [
  'jane.doe@example.com',
  'jörg@müller.de',
  '+1 415-555-2671',
  '(415) 555-2671',
  '0049 170 1234567',
  '4111 1111 1111 1111',
  '5500005555555559',
  '192.168.1.17',
  '2001:db8::1',
  '1:2:3:4:5:6:7:8',
  'sk-Zx81b2C3d4E5f6G7h8I9',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNry',
]
const parts = [
  ...[
    'phone',
    'Tel.',
    'call me at ',
    'fax',
    ' ',
    '  ',
    '-',
    '.',
    '/',
    '(',
    ')',
    '+',
    '00',
    ':',
    '::',
  ],
  ...[
    '@',
    '_',
    '\\',
    '\\n',
    '\\/',
    '\\u0040',
    '\\u00a0',
    '\\u00e9',
    '\\"',
    '"',
    '\u00a0',
    '\u2011',
    'é',
  ],
  ...[
    'a',
    'ey',
    'J',
    'I',
    'sk',
    'hf',
    '1',
    '12',
    '415',
    '555',
    '2671',
    '4155552671',
    '😀',
    ',',
    '\n',
  ],
]
const fragment = fc.oneof(
  fc.constantFrom(...values),
  fc.constantFrom(...parts),
  fc.stringMatching(/^\d{1,16}$/),
  fc.string({ maxLength: 6 }),
)

/** Text made of personal data, pieces of it, and noise: it comes close to every rule's edge. */
export const nearlyPii = fc.array(fragment, { maxLength: 12 }).map((pieces) => pieces.join(''))

/** Text with whole values only, so that where they begin and end is beyond doubt. */
export const withPii = fc
  .array(fc.oneof(fc.constantFrom(...values), fc.lorem({ maxCount: 3 })), { maxLength: 5 })
  .map((pieces) => pieces.join(' '))

const sizeHostile = 1024 * 1024

/** Inputs of 1 MiB that make a naive pattern take quadratic time or worse. */
export const hostileTexts: readonly string[] = [
  ...[
    'a',
    '1',
    '@',
    'a@',
    '@a.',
    'a.',
    '1.',
    '1 ',
    '4111 ',
    '4111-',
    ':',
    '1:',
    '::',
    'a:',
    '-',
    '_',
  ],
  ...[
    'sk-',
    ' sk-',
    'eyJ',
    'eyJ-',
    ' eyJ',
    'eyJaaaaaaaa.',
    '-----BEGIN PRIVATE KEY-----',
    'A',
    'AKIA',
  ],
  ...[
    '+1 ',
    '+1415555',
    '00',
    '00 ',
    '(415) ',
    'tel ',
    'tel 1234567 ',
    'phone',
    '\\',
    '\\u0040',
    '\\n',
  ],
  ...['"', '{', '[', '["', '{"a":', '{\n', '"\\u0040', 'é', '\ud83d', '+49 170 1234567 1 1 1 '],
].map((unit) => unit.repeat(Math.ceil(sizeHostile / unit.length)))
