type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const targetOf = (root: unknown, reference: string): unknown => {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  const parts = reference
    .slice(2)
    .split('/')
    .filter((part) => part !== '')
  return parts.reduce<unknown>((value, part) => {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value)) return value[Number(name)]
    return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }, root)
}

/** Whether a schema needs what costs more than one look at each value. */
const comparesItems = (schema: Json): boolean => schema['uniqueItems'] === true

/**
 * How many schemas a schema is once every reference in it is written out, which bounds the work on one value: references that
 * fork would double it at each step. Infinite for one that refers to itself, to elsewhere, or dynamically. `true` for
 * `isQuadratic` where items are compared with each other.
 */
export const schemaCost = (
  root: unknown,
): { readonly nodes: number; readonly isQuadratic: boolean } => {
  const known = new Map<unknown, number>()
  let isQuadratic = false
  const open = new Set<unknown>()
  const referred = (reference: unknown): number => {
    const target = typeof reference === 'string' ? targetOf(root, reference) : undefined
    return target === undefined ? Infinity : cost(target)
  }
  const childrenOf = (schema: Json): number => {
    const own = Object.entries(schema).map(([name, child]) => {
      if (name === '$ref') return referred(child)
      return name === '$dynamicRef' || name === '$recursiveRef' ? Infinity : cost(child)
    })
    return own.reduce((sum, each) => sum + each, 1)
  }
  const cost = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce<number>((sum, child) => sum + cost(child), 1)
    if (!isObject(value)) return 0
    if (open.has(value)) return Infinity
    const before = known.get(value)
    if (before !== undefined) return before
    isQuadratic ||= comparesItems(value)
    open.add(value)
    const found = childrenOf(value)
    open.delete(value)
    known.set(value, found)
    return found
  }
  return { nodes: cost(root), isQuadratic }
}
