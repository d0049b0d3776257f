/** Thrown when bugs are no longer single records: somebody must look. */
export class TooManyBugs extends Error {
  override readonly name = 'TooManyBugs'
}

const windowRecords = 100

/** Counts bugs among the last 100 records. */
export interface BugCeiling {
  /** Throws `TooManyBugs` when more than the ceiling of the last 100 records met a bug. */
  note(wasBug: readonly boolean[]): void
}

/** A count of bugs among the last 100 records that throws above `bugsMax`. */
export const bugCeiling = (bugsMax: number): BugCeiling => {
  const recent: boolean[] = []
  let bugs = 0
  const noteOne = (bug: boolean): void => {
    recent.push(bug)
    if (bug) bugs += 1
    if (recent.length > windowRecords && recent.shift() === true) bugs -= 1
    if (bugs > bugsMax)
      throw new TooManyBugs(`${bugs} of the last ${recent.length} records met a bug`)
  }
  return { note: (wasBug) => wasBug.forEach(noteOne) }
}
