import { topics } from '../../schemas/index.ts'

/** A topic as the broker should hold it. */
export interface TopicSpecification {
  readonly name: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
}

const weekMs = 7 * 24 * 60 * 60 * 1000

/** Dead letters must always fit: their limit is above every input's. */
const inputBytesMax = 16 * 1024 * 1024
const deadLetterBytesMax = inputBytesMax + 1024 * 1024

const configOf = ({ compacted = false }): Readonly<Record<string, string>> => ({
  'cleanup.policy': compacted ? 'compact' : 'delete',
  'max.message.bytes': String(inputBytesMax),
  'message.timestamp.type': 'LogAppendTime',
  ...(compacted ? { 'min.compaction.lag.ms': String(weekMs) } : { 'retention.ms': String(weekMs) }),
})

/** Every topic of the wheel, dead letters included. */
export const topicSpecifications = (partitions: number): readonly TopicSpecification[] => [
  ...topics.recordTopics.map(({ name, compacted = false }) => ({
    name,
    partitions,
    config: configOf({ compacted }),
  })),
  ...topics.servicesWithDeadLetters.map((service) => ({
    name: topics.deadLettersOf(service),
    partitions: 1,
    config: { ...configOf({}), 'max.message.bytes': String(deadLetterBytesMax) },
  })),
]
