import type { Ground } from '../ground/open-ground.ts'
import type { PlannedFault } from '../plan.ts'

/** Carries out one fault; resolves when it is over, healed or not. */
export type Strike = (ground: Ground, fault: PlannedFault, seed: number) => Promise<void>
