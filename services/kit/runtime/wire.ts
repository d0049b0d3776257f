import type { Topic } from '#schemas'
import type { Processor, Timer } from '../processor.ts'
import type { Proxy as ProxyDefinition, Route } from '../route.ts'
import type { Settings } from '../settings.ts'
import type { Sink } from '../sink.ts'
import { wireProxy } from './http/wire-proxy.ts'
import { wireRoute } from './http/wire-route.ts'
import { wireProcessor } from './processor/wire-processor.ts'
import { wireSink } from './sink/wire-sink.ts'
import { wireTimer } from './timer/wire-timer.ts'
import type { Wired } from './wired.ts'

/** Joins a definition with its world: what `run` starts. */
export function wire<
  In extends Topic,
  Out extends Topic,
  S extends Settings,
  Facts,
  World,
  Plan,
  Served,
>(
  definition:
    | Processor<In, Out, S, Facts, World>
    | Timer<Out, S, Facts, World>
    | Route<Out, S, Facts, World>
    | ProxyDefinition<Out, S, Facts, Plan, Served, World>
    | Sink<S>,
  world: NoInfer<World>,
): Wired {
  switch (definition.kind) {
    case 'processor':
      return wireProcessor(definition, world)
    case 'timer':
      return wireTimer(definition, world)
    case 'route':
      return wireRoute(definition, world)
    case 'sink':
      return wireSink(definition)
    case 'proxy':
      return wireProxy(definition, world)
  }
}
