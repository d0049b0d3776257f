import { brokerContract } from './broker-contract.ts'
import { memoryCluster } from './memory-broker.ts'

brokerContract('the broker in memory', async () => {
  const { createTopic, broker } = memoryCluster()
  return { createTopic: async (name, partitions) => createTopic(name, partitions), broker }
})
