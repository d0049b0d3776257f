import type { EachBatchPayload } from 'kafkajs'
import { MessageRefused, PartitionLost } from '../../broker.ts'
import { StartFault, Transient } from '../../errors.ts'
import { kafkaFault, protocolErrorOf } from './faults.ts'
import type { PartitionRun } from './partition-run.ts'

/** Why a member's life ended. */
export type MemberEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'again'; readonly because: Error }
  | { readonly kind: 'failed'; readonly error: unknown }

/** What a crash of kafkajs's consumer means: joining anew may help, or nothing will. */
export const endOfCrash = (error: unknown, group: string, topics: readonly string[]): MemberEnd => {
  const fault = kafkaFault(error, `consuming as ${group}`)
  if (fault instanceof Transient) return { kind: 'again', because: fault }
  if (!(fault instanceof MessageRefused)) return { kind: 'failed', error: fault }
  const message = `the group ${group} can't read ${topics.join(', ')}: ${fault.message}`
  return { kind: 'failed', error: new StartFault(message) }
}

const goneErrors = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'])

/**
 * Commits one partition's offset and text. `commit` is the batch's own function: unlike `consumer.commitOffsets` it tries once,
 * in the generation of now, so that no retry can outlive our ownership. Throws `PartitionLost` or `Transient`.
 */
export const commitOwned = async (
  run: PartitionRun,
  commit: EachBatchPayload['commitOffsetsIfNecessary'] | undefined,
  nextOffset: bigint,
  metadata: string,
): Promise<void> => {
  const { topic, partition, lost } = run.lease
  const where = `${topic}/${partition}`
  if (lost.aborted || commit === undefined) throw new PartitionLost(`${where} was taken away`)
  const offsets = { partition, offset: String(nextOffset), metadata }
  try {
    await commit({ topics: [{ topic, partitions: [offsets] }] })
  } catch (error) {
    if (!goneErrors.has(protocolErrorOf(error) ?? '') && !lost.aborted)
      throw kafkaFault(error, `committing ${where}`)
    run.lose()
    throw new PartitionLost(`${where} was taken away`, { cause: error })
  }
}
