import { fc, test } from '@fast-check/vitest'
import avsc from 'avsc'
import { expect } from 'vitest'
import { readFaults } from './compatibility.ts'
import { parseAvro } from './parse.ts'

/** Schemas with fixed names, so that avsc and the specification agree on which types correspond. */
const schemas = fc.letrec<{ type: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'),
    fc.subarray(['A', 'B', 'C'], { minLength: 1 }).map((symbols) => ['enum', symbols]),
    fc.integer({ min: 1, max: 3 }).map((size) => ['fixed', size]),
  ),
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    tie('type').map((items) => ({ type: 'array', items })),
    tie('type').map((values) => ({ type: 'map', values })),
    fc.uniqueArray(fc.constantFrom('null', 'int', 'long', 'string', 'double', 'bytes'), {
      minLength: 1,
    }),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c'), tie('type'), { maxKeys: 3 })
      .map((fields) => ['record', fields]),
  ),
}))

/** Gives each named type a name of its place, the same in every schema. */
const named = (type: unknown, path: string): unknown => {
  if (Array.isArray(type) && type[0] === 'enum')
    return { type: 'enum', name: `E${path}`, symbols: type[1] }
  if (Array.isArray(type) && type[0] === 'fixed')
    return { type: 'fixed', name: `F${path}`, size: type[1] }
  if (Array.isArray(type) && type[0] === 'record') {
    const fields = Object.entries(type[1]).map(([name, inner]) => ({
      name,
      type: named(inner, path + name),
    }))
    return { type: 'record', name: `R${path}`, fields }
  }
  if (typeof type !== 'object' || type === null || Array.isArray(type)) return type
  if ('items' in type) return { ...type, items: named(type.items, `${path}i`) }
  if ('values' in type) return { ...type, values: named(type.values, `${path}v`) }
  return type
}

const resolves = (reader: unknown, writer: unknown): boolean => {
  const options = { wrapUnions: true, registry: {} }
  const type = (schema: unknown) =>
    avsc.Type.forSchema(JSON.parse(JSON.stringify(schema)), { ...options, registry: {} })
  try {
    type(reader).createResolver(type(writer))
    return true
  } catch {
    return false
  }
}

test.prop([schemas.type, schemas.type], { numRuns: 500 })(
  'agrees with avsc, which builds a resolver for the same pair or refuses',
  (left, right) => {
    const [reader, writer] = [named(left, 'x'), named(right, 'x')]
    const faults = readFaults(parseAvro(JSON.stringify(reader)), parseAvro(JSON.stringify(writer)))
    expect(faults.length === 0).toBe(resolves(reader, writer))
  },
)
