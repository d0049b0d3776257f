import { afterAll, beforeAll } from 'vitest'
import { brokerContract } from '../../testing/broker-contract.ts'
import { kafkaBackDoor } from './testing.ts'

const backDoor = kafkaBackDoor()
beforeAll(backDoor.open)
afterAll(backDoor.close)

brokerContract('Kafka by kafkajs', async () => backDoor)
