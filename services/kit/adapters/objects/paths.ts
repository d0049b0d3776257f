const part = /^[^/\\\0]+$/

/** The parts of an object's path. Throws `RangeError` for one that could leave the store. */
export const pathParts = (path: string): readonly string[] => {
  const parts = path.split('/')
  const fine = parts.every(
    (each) => part.test(each) && !each.startsWith('.') && !each.endsWith(' '),
  )
  if (!fine || path.length > 900)
    throw new RangeError(
      `an object's path must be relative, of plain parts: ${JSON.stringify(path)}`,
    )
  return parts
}
