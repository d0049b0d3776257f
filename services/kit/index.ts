export type { Arrived, Position } from './arrived.ts'
export {
  AddressRefused,
  ClickHouseError,
  ObjectConflict,
  ObjectMissing,
  StartFault,
  Transient,
} from './errors.ts'
export {
  type Delivery,
  drop,
  type Emit,
  emit,
  emitAll,
  type Message,
  message,
  type Notify,
  type Outcome,
  type PutObject,
  reject,
} from './outcome.ts'
export type {
  ClickHouse,
  HttpClient,
  HttpOptions,
  HttpResponse,
  Logger,
  ObjectStore,
  Outside,
  View,
} from './outside.ts'
export { defineProcessor, defineTimer, type Processor, type Timer } from './processor.ts'
export {
  defineProxy,
  defineRoute,
  type Proxy,
  type ProxyPlan,
  type Reply,
  type ReplyStream,
  type Route,
  type RouteOutcome,
  type RouteRequest,
  reply,
} from './route.ts'
export type { Running, Surroundings, Wired } from './runtime/wired.ts'
export {
  address,
  decimal,
  flag,
  integer,
  list,
  oneOf,
  ratio,
  readSettings,
  type Settings,
  type SettingsOf,
  secret,
  text,
} from './settings.ts'
