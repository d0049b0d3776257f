import type { Topic } from '#schemas'
import type { Route, RouteOutcome, RouteRequest } from '../route.ts'
import { readSettings, type Settings, type SettingsOf } from '../settings.ts'

interface Scene<S extends Settings, Facts> {
  readonly settings?: Partial<SettingsOf<S>>
  readonly facts?: Facts
  readonly nowMs?: number
}

const bytesOf = (body: unknown): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))

/** A request with nothing in it but what the test says; its bytes are its body's unless given. */
export const routeRequest = (given: Partial<RouteRequest> = {}): RouteRequest => ({
  params: {},
  query: {},
  headers: {},
  body: undefined,
  bytes: bytesOf(given.body),
  client: '',
  requestId: 'request-1',
  arrivedAtMs: 0,
  ...given,
})

/** `givenRoute(route, scene).when({ body })` is what a route decides about a request. */
export const givenRoute = <Out extends Topic, S extends Settings, Facts, World>(
  route: Route<Out, S, Facts, World>,
  { settings, facts, nowMs = 0 }: Scene<S, Facts> = {},
) => ({
  when: (request: Partial<RouteRequest>): RouteOutcome<Out> =>
    route.decide(routeRequest({ arrivedAtMs: nowMs, ...request }), {
      nowMs,
      settings: { ...readSettings(route.settings, {}), ...settings },
      facts: facts as Facts,
    }),
})
