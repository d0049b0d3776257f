import type { ReplyStream } from '../../route.ts'

/** A stream whose last words wait. */
export interface HeldStream {
  readonly stream: ReplyStream
  /** Hands on what was held back. */
  readonly release: () => Promise<void>
}

/** Hands on what is written until the last chunk; holds that one and what follows. */
export const heldStream = ({ start, write }: Pick<ReplyStream, 'start' | 'write'>): HeldStream => {
  const held: (string | Uint8Array)[] = []
  return {
    stream: {
      start,
      write: async (chunk) => {
        if (held.length === 0) await write(chunk)
        else held.push(chunk)
      },
      writeLast: (chunk) => {
        held.push(chunk)
      },
    },
    release: async () => {
      for (const chunk of held) await write(chunk)
    },
  }
}
