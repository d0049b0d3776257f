import type { RawMessage } from '../../broker.ts'
import type { Place } from '../../spill/spill.ts'
import { sizeOf } from '../encode.ts'

/** What records weigh, about, in bytes. */
export const bytesOf = (messages: readonly RawMessage[]): number =>
  messages.reduce((sum, each) => sum + sizeOf(each), 0)

/** Records that are being sent: the first ones in memory, or the oldest on disk. */
export interface Batch {
  readonly from: 'memory' | 'disk'
  readonly messages: readonly RawMessage[]
  /** Where they lie since they went to disk under way. */
  place?: Place
}
