export { kafkaBroker } from './kafka-broker.ts'
