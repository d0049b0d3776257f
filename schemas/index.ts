export { loadSchema } from './load.ts'
export type { Topic, TopicOptions, ValueOf } from './topic.ts'
export * as topics from './topics.ts'
export type * from './types.generated.ts'
