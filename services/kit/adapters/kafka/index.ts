export { kafkaBroker } from './kafka-broker.ts'
export { kafkaLetterDesk } from './letter-desk.ts'
