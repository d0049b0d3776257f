import { LRUCache } from 'lru-cache'
import {
  decodeStudent,
  type Logger,
  type ObjectStore,
  type Outside,
  type StudentModel,
  sha256,
  type View,
} from '#kit'
import { type ModelReference, type Promotion, topics } from '#schemas'
import type { Champion, Champions } from '../world.ts'

interface Parts {
  readonly promotions: Pick<View<Promotion>, 'get' | 'values'>
  readonly objects: Pick<ObjectStore, 'get'>
  readonly log: Pick<Logger, 'info' | 'error'>
  readonly nowMs: () => number
  readonly studentsMax: number
  readonly retryMs: number
}

interface Serving {
  readonly reference: ModelReference
  readonly share: number
}

const kinds: ReadonlySet<string> = new Set(['student', 'cascade'])
const isProduction = ({ candidateId, kind }: ModelReference): boolean =>
  candidateId === '' || candidateId === 'production' || kind === 'production'

const read = async (reference: ModelReference, { objects }: Parts): Promise<StudentModel> => {
  const bytes = await objects.get(reference.artifactUri)
  if (sha256(bytes) !== reference.artifactHash)
    throw new Error('the artifact does not match its hash')
  return decodeStudent(bytes)
}

/** Loads students once each, remembers failures for a while, and keeps the `studentsMax` used last. */
const studentShelf = (parts: Parts) => {
  const { log, nowMs, studentsMax, retryMs } = parts
  const shelf = new LRUCache<string, StudentModel>({ max: studentsMax })
  const loading = new Map<string, Promise<void>>()
  const failedUntilMs = new LRUCache<string, number>({ max: 1000 })

  const load = async (reference: ModelReference): Promise<void> => {
    const { artifactHash, candidateId } = reference
    try {
      shelf.set(artifactHash, await read(reference, parts))
      failedUntilMs.delete(artifactHash)
      log.info({ candidateId, artifactHash }, 'a champion is loaded')
    } catch (error) {
      failedUntilMs.set(artifactHash, nowMs() + retryMs)
      log.error({ candidateId, artifactHash, err: error }, 'a champion can not be loaded')
    } finally {
      loading.delete(artifactHash)
    }
  }
  return {
    get: (hash: string): StudentModel | undefined => shelf.get(hash),
    isFailed: (hash: string): boolean => nowMs() < (failedUntilMs.get(hash) ?? 0),
    /** Resolves when the student is on the shelf or has failed. */
    load: (reference: ModelReference): Promise<void> => {
      const { artifactHash } = reference
      const under = loading.get(artifactHash) ?? load(reference)
      loading.set(artifactHash, under)
      return under
    },
  }
}

/** Champions by the promotions' view; artifacts by the object store, checked against their hash. */
export const championsBy = (parts: Parts): Champions => {
  const shelf = studentShelf(parts)
  const serving = new Map<string, Serving>()

  const loaded = (workload: string, now: Serving): Champion | undefined => {
    const student = shelf.get(now.reference.artifactHash)
    if (student === undefined) return undefined
    serving.set(workload, now)
    return { kind: 'loaded', ...now, student }
  }
  const predecessor = (workload: string): Champion | undefined => {
    const before = serving.get(workload)
    return before === undefined ? undefined : loaded(workload, before)
  }
  const none = (workload: string): Champion => {
    serving.delete(workload)
    return { kind: 'none' }
  }
  const unavailable = (workload: string, reference: ModelReference): Champion => {
    serving.delete(workload)
    return { kind: 'unavailable', reference }
  }
  const loadFor = async (workload: string, now: Serving): Promise<Champion> => {
    const loading = shelf.load(now.reference)
    const before = predecessor(workload)
    if (before !== undefined) return before
    await loading
    return loaded(workload, now) ?? unavailable(workload, now.reference)
  }
  return {
    of: async (workload) => {
      const promotion = parts.promotions.get(workload)
      if (promotion === undefined || isProduction(promotion.champion)) return none(workload)
      const { champion: reference, share } = promotion
      const { artifactHash, kind } = reference
      if (!kinds.has(kind)) return unavailable(workload, reference)
      const now = { reference, share }
      const ready = loaded(workload, now)
      if (ready !== undefined) return ready
      if (shelf.isFailed(artifactHash)) return unavailable(workload, reference)
      return loadFor(workload, now)
    },
    all: () =>
      [...parts.promotions.values()]
        .filter(({ champion }) => !isProduction(champion))
        .map(({ workload, champion: reference, decidedAtMs }) => ({
          workload,
          reference,
          decidedAtMs,
        })),
  }
}

/** View `promotions`: rebuilt from the topic of that name, one entry a workload, at most 10,000 workloads. */
export const champions = async (
  outside: Outside,
  limits: Pick<Parts, 'studentsMax' | 'retryMs'>,
): Promise<Champions> =>
  championsBy({
    ...limits,
    promotions: await outside.view(topics.promotions, { boundEntries: 10_000 }),
    objects: outside.objects(),
    log: outside.log,
    nowMs: () => outside.nowMs(),
  })
