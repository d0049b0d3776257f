export type { KafkaBrokerOptions } from './clients.ts'
export { kafkaBroker } from './kafka-broker.ts'
