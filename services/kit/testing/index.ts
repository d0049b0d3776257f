export { given } from './given.ts'
export { givenRoute, routeRequest } from './given-route.ts'
export { givenTimer } from './given-timer.ts'
export { type HandBroker, handBroker, rawRecord } from './hand-broker.ts'
export { type TestMachinery, testMachinery } from './machinery.ts'
export { memoryBroker, memoryCluster } from './memory-broker.ts'
export { type MemoryCodec, memoryCodec } from './memory-codec.ts'
export { type MemoryRun, runOnMemory } from './run-on-memory.ts'
export { type RunningService, startService } from './running-service.ts'
export {
  httpAnswer,
  type JumpingClock,
  jumpingClock,
  type LogLine,
  memoryObjects,
  recordingLog,
  type TestSurroundings,
  testSurroundings,
} from './surroundings.ts'
