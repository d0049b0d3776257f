import type { Topic, ValueOf } from '#schemas'
import type {
  ClickHouse,
  HttpClient,
  Logger,
  ObjectStore,
  Outside,
  ViewOptions,
} from '../outside.ts'
import { collectSettings } from '../settings.ts'
import type { KitSettings, Machinery } from './machinery.ts'
import { type LivingView, livingView, type ViewSurroundings } from './view.ts'

/** An outside, what was wrong with its settings, and the life of what it handed out. */
export interface LivingOutside {
  readonly outside: Outside
  readonly faults: readonly string[]
  readonly http: HttpClient
  readonly objects: () => ObjectStore
  /** Starts the views; resolves when they have caught up. */
  start(surroundings: ViewSurroundings): Promise<void>
  /** Names of the views that have not caught up. */
  notReady(): readonly string[]
  close(): Promise<void>
}

interface NamedView extends Pick<LivingView<unknown>, 'start' | 'stop'> {
  readonly name: string
  ready(): boolean
}

/** Hands out the outside; connects nothing before it is used, follows nothing before `start`. */
export const makeOutside = (
  service: string,
  settings: KitSettings,
  machinery: Machinery,
  log: Logger,
): LivingOutside => {
  const faults: string[] = []
  const views: NamedView[] = []
  const http = machinery.http(settings)
  let clickhouse: ClickHouse | undefined
  let store: ObjectStore | undefined
  const objects = (): ObjectStore => {
    store ??= machinery.objects(settings)
    return store
  }
  const outside: Outside = {
    settings: (fields) => {
      const { values, faults: found } = collectSettings(fields, machinery.environment)
      faults.push(...found)
      return values
    },
    clickhouse: () => {
      clickhouse ??= machinery.clickhouse(service, settings)
      return clickhouse
    },
    objects,
    view: async <T extends Topic, Kept = ValueOf<T>>(
      topic: T,
      options: ViewOptions<ValueOf<T>, Kept>,
    ) => {
      const living: LivingView<Kept> = livingView(topic, options)
      const { view, start, stop } = living
      views.push({ name: `view of ${topic.name}`, start, stop, ready: () => view.ready() })
      return view
    },
    http,
    log,
    nowMs: () => machinery.clock.nowMs(),
  }
  return {
    outside,
    faults,
    http,
    objects,
    start: async (surroundings) => {
      await Promise.all(views.map((view) => view.start(surroundings)))
    },
    notReady: () => views.filter((view) => !view.ready()).map(({ name }) => name),
    close: async () => {
      await Promise.allSettled([...views.map((view) => view.stop()), clickhouse?.close()])
    },
  }
}
