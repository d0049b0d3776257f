/** Kafka's requests and answers, as they go over the wire: four bytes of length, then so many bytes. */
export async function* framesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    while (rest.length - from >= 4) {
      const end = from + 4 + rest.readInt32BE(from)
      if (rest.length < end) break
      yield rest.subarray(from, end)
      from = end
    }
    rest = rest.subarray(from)
  }
}

/** Kafka's number of a kind of request (its protocol guide, "Api Keys"). */
export const apis = {
  produce: 0,
  fetch: 1,
  offsetCommit: 8,
  offsetFetch: 9,
  joinGroup: 11,
  heartbeat: 12,
  syncGroup: 14,
  initProducerId: 22,
  addPartitions: 24,
  endTransaction: 26,
  commitInTransaction: 28,
} as const

/** One of `apis`. */
export type Api = keyof typeof apis

const names = new Map<number, Api>(
  Object.entries(apis).map(([name, number]) => [number, name as Api]),
)

/** What a request frame asks, and the number that its answer will carry. */
export const requestHead = (frame: Buffer) => ({
  api: names.get(frame.readInt16BE(4)),
  correlation: frame.readInt32BE(8),
})

/** The number of the request that this answers. */
export const answerHead = (frame: Buffer): number => frame.readInt32BE(4)
