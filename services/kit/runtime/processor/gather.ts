import { Transient } from '../../errors.ts'
import { bugFault, type Fault } from './dead-letter.ts'

/** A record's facts, or why there are none. */
export type Gathered<Facts> = { readonly facts: Facts } | { readonly fault: Fault }

type Gather<Record, Facts> = (records: readonly Record[]) => Promise<readonly Facts[]>

const gatherTogether = async <Record, Facts>(
  gather: Gather<Record, Facts>,
  records: readonly Record[],
): Promise<readonly Gathered<Facts>[]> => {
  const all = await gather(records)
  if (all.length !== records.length)
    throw new RangeError(`gather gave ${all.length} facts for ${records.length} records`)
  return all.map((facts) => ({ facts }))
}

/**
 * Facts for each record. A bug in a batch is narrowed down: each record is gathered alone, and those that fail alone carry
 * the bug. Throws `Transient` when a neighbour failed or the batch was given up.
 */
export const gatherFacts = async <Record, Facts>(
  gather: Gather<Record, Facts>,
  records: readonly Record[],
  signal: AbortSignal,
): Promise<readonly Gathered<Facts>[]> => {
  if (records.length === 0) return []
  try {
    return await gatherTogether(gather, records)
  } catch (error) {
    if (error instanceof Transient) throw error
    if (signal.aborted) throw new Transient('the batch was given up')
    if (records.length === 1) return [{ fault: bugFault(error) }]
  }
  const alone: Gathered<Facts>[] = []
  for (const record of records) alone.push(...(await gatherFacts(gather, [record], signal)))
  return alone
}
