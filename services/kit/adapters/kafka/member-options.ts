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

const rebalanceTimeoutMs = 30_000

/** kafkajs's consumer for a member; it never restarts by itself. */
export const consumerFor = ({ clients, group }: MemberOptions): Consumer =>
  clients.patient().consumer({
    groupId: group,
    sessionTimeout: clients.options.sessionTimeoutMs,
    rebalanceTimeout: rebalanceTimeoutMs,
    heartbeatInterval: 1000,
    maxWaitTimeInMs: clients.options.fetchWaitMs,
    maxBytesPerPartition: 4 << 20,
    maxBytes: 16 << 20,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  })

/** How long a living member may be silent: a join lasts as long as the slowest member is waited for. */
export const silenceMaxMs = ({ clients }: MemberOptions): number =>
  rebalanceTimeoutMs + 2 * clients.options.sessionTimeoutMs
