import type { Topic } from '#schemas'
import type { Route, RouteOutcome, RouteRequest } from '../../route.ts'
import { readSettings, type Settings } from '../../settings.ts'
import { carryOut } from '../deliveries.ts'
import type { Answer } from '../door.ts'
import { encodeMessage } from '../encode.ts'
import { outcomeCounter } from '../meters.ts'
import { childTraceparent } from '../trace.ts'
import type { Running, Surroundings, Wired } from '../wired.ts'
import { failureReply } from './answer.ts'
import { openDoor } from './open-door.ts'
import { type PublishDesk, publishDesk } from './publish-desk.ts'

const write = async <Out extends Topic>(
  { messages, deliveries }: RouteOutcome<Out>,
  request: RouteRequest,
  surroundings: Surroundings,
  desk: PublishDesk,
): Promise<void> => {
  const { traceparent: parent } = request.headers
  const traceparent = childTraceparent(parent, surroundings.service, request.requestId)
  const failures = await carryOut(deliveries, surroundings)
  for (const [, failure] of failures) throw failure
  const encoded = messages.map((each) => encodeMessage(surroundings.codec, each, traceparent))
  if (encoded.length > 0) await desk.publish(encoded)
}

const start = <Out extends Topic, S extends Settings, Facts, World>(
  route: Route<Out, S, Facts, World>,
  world: World,
  surroundings: Surroundings,
): Running => {
  const settings = readSettings(route.settings, surroundings.environment)
  const log = surroundings.log.child({ route: route.name })
  const desk = publishDesk({
    ...surroundings,
    name: route.name,
    bytesMax: surroundings.settings.publishWaitingBytesMax,
    messageBytesMax: surroundings.settings.kafkaMessageBytesMax,
    acknowledgeMs: surroundings.settings.publishAcknowledgeMs,
  })
  const outcomes = outcomeCounter(surroundings.metrics)
  const who = { service: route.service, processor: route.name }
  const decide = async (request: RouteRequest): Promise<RouteOutcome<Out>> => {
    // Facts is undefined where there is no gather; the compiler can't tie the two together.
    const facts = (await route.gather?.(request, world, settings)) as Facts
    return route.decide(request, { nowMs: request.arrivedAtMs, settings, facts })
  }
  const answer = async (request: RouteRequest, { send }: Answer): Promise<void> => {
    try {
      const outcome = await decide(request)
      await write(outcome, request, surroundings, desk)
      for (const { kind, reason, count } of outcome.counts ?? [])
        outcomes.add({ ...who, kind, reason }, count)
      send(outcome.reply)
    } catch (error) {
      send(failureReply(error, log))
    }
  }
  return openDoor(surroundings.door, route, settings, answer)
}

/** A route with its world: a path of the service's HTTP server. */
export const wireRoute = <Out extends Topic, S extends Settings, Facts, World>(
  route: Route<Out, S, Facts, World>,
  world: World,
): Wired => ({
  name: `${route.service}.${route.name}`,
  settings: route.settings,
  outputs: route.outputs,
  isDoor: true,
  start: async (surroundings) => start(route, world, surroundings),
})
