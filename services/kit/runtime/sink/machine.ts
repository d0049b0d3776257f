import type { OffsetsLost } from '../../broker.ts'
import type { ClickHouse } from '../../outside.ts'
import type { Settings } from '../../settings.ts'
import type { Sink } from '../../sink.ts'
import type { ProcessorMeters } from '../meters.ts'
import type { Pauses } from '../pauses.ts'
import type { Surroundings } from '../wired.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { BlockBuffers } from './encode-block.ts'

/** A running sink, as its partitions share it. */
export interface Machine {
  readonly sink: Sink<Settings>
  readonly limits: ReturnType<Sink<Settings>['limits']>
  readonly surroundings: Surroundings
  readonly clickhouse: ClickHouse
  readonly meters: ProcessorMeters
  readonly pauses: Pauses
  readonly budget: ByteBudget
  /** Shared by all partitions. */
  readonly buffers: BlockBuffers
  readonly onFailure: (error: unknown) => void
  readonly onLost: (lost: OffsetsLost) => void
}
