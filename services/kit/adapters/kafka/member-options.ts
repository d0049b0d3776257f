import type { Consumer } from 'kafkajs'
import type { Clients } from './clients.ts'
import type { Handling } from './partition-handler.ts'
import type { PartitionRun } from './partition-run.ts'

/** What a member of a group does. */
export interface MemberOptions {
  readonly clients: Clients
  readonly group: string
  readonly topics: readonly string[]
  readonly handling: Handling
  /** The last run of each partition in this process; a new one waits for its end. */
  readonly lastRuns: Map<string, PartitionRun>
  readonly onJoin: () => void
  /** Called when a partition's position moved. */
  readonly onAdvance?: (run: PartitionRun) => void
  readonly watch?: (consumer: Consumer) => void
}
