import type { Ground } from '../ground/open-ground.ts'

/** Offsets by partition. */
export type Ends = ReadonlyMap<number, bigint>

/** Where a topic ends now. */
export const endsOf = async ({ admin }: Ground, topic: string): Promise<Ends> => {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]))
}

/** Records that a group has not committed yet; an announced block counts as one, since it is not settled. */
export const lagOf = async (
  ground: Ground,
  groupId: string,
  topic: string,
  from: Ends,
  to: Ends,
): Promise<number> => {
  const [found] = await ground.admin.fetchOffsets({ groupId, topics: [topic] })
  let lag = 0n
  for (const { partition, offset, metadata } of found?.partitions ?? []) {
    const end = to.get(partition) ?? 0n
    if (end === (from.get(partition) ?? 0n)) continue
    lag += end - BigInt(Math.max(Number(offset), 0)) + (metadata?.includes('"high"') ? 1n : 0n)
  }
  return Number(lag)
}

/** Every `partition/offset` between two ends. */
export const positionsBetween = (from: Ends, to: Ends): readonly string[] =>
  [...to].flatMap(([partition, end]) => {
    const begin = from.get(partition) ?? 0n
    return Array.from(
      { length: Number(end - begin) },
      (_, i) => `${partition}/${begin + BigInt(i)}`,
    )
  })
