import { afterEach, expect } from 'vitest'
import {
  chatResponse,
  type HttpClient,
  type HttpOptions,
  type HttpResponse,
  type ObjectStore,
  type Outside,
  type Wired,
  wire,
} from '#kit'
import { type InferenceLog, type Topic, topics, type ValueOf } from '#schemas'
import { chat } from '../chat.ts'
import { feedback } from '../feedback.ts'
import { models } from '../models.ts'
import type { World } from '../world.ts'
import { anArtifact, aPromotion } from './samples.ts'

/** What the outside answers. */
export type Ask = (url: string, options: HttpOptions) => HttpResponse | Promise<HttpResponse>

const { bytes, reference } = anArtifact()

/** The champion that `promote` promotes. */
export const champion = reference
/** What upstream answers, where nothing else is said. */
export const completion = {
  id: 'chatcmpl-9',
  model: 'gpt-4o-2024-08-06',
  message: { role: 'assistant', content: 'Hello.' },
  createdAtMs: 0,
  usage: { promptTokens: 1_000_000, completionTokens: 100_000 },
} as const

/** An HTTP answer of these pieces; an error breaks it off. */
export const answering = (
  status: number,
  chunks: readonly (string | Uint8Array | Error)[],
  headers: Record<string, string> = { 'content-type': 'application/json' },
): HttpResponse => {
  const body = async function* () {
    for (const chunk of chunks) {
      if (chunk instanceof Error) throw chunk
      yield Buffer.from(chunk)
    }
  }
  const whole = async () => {
    const pieces: Buffer[] = []
    for await (const piece of body()) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }
  return {
    status,
    headers,
    text: whole,
    json: async () => JSON.parse(await whole()),
    chunks: body(),
  }
}
export const eventStream = { 'content-type': 'text/event-stream' }
export const ordinary: Ask = () => answering(200, [JSON.stringify(chatResponse(completion))])

/** A gateway that runs. */
interface Run {
  readonly httpUrl: string
  put<T extends Topic>(topic: T, ...values: ValueOf<T>[]): Promise<void>
  seen<T extends Topic>(topic: T, count: number): Promise<readonly ValueOf<T>[]>
  stop(): Promise<void>
}

/** What only a test may reach for. */
export interface Hands {
  readonly run: (
    build: (outside: Outside) => Promise<readonly Wired[]>,
    options: {
      readonly environment: Readonly<Record<string, string>>
      readonly objects: () => ObjectStore
      readonly http: () => HttpClient
    },
  ) => Promise<Run>
  readonly objects: () => ObjectStore
  readonly world: (outside: Outside) => Promise<World>
}

let running: Run | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const build = (worldOf: Hands['world']) => async (outside: Outside) => {
  const world = await worldOf(outside)
  return [wire(chat, world), wire(feedback, undefined), wire(models, world)]
}

const begin = async (hands: Hands, ask: Ask, environment: Readonly<Record<string, string>>) => {
  const asked: { url: string; options: HttpOptions }[] = []
  const objects = hands.objects()
  await objects.put(reference.artifactUri, bytes)
  const request = async (url: string, options: HttpOptions = {}) => {
    asked.push({ url, options })
    return ask(url, options)
  }
  const given = { environment, objects: () => objects, http: () => ({ request }) }
  running = await hands.run(build(hands.world), given)
  return { run: running, asked }
}

/** Starts a gateway on Kafka in memory, stopped after the test. */
export const starting =
  (hands: Hands) =>
  async (ask: Ask = ordinary, environment: Readonly<Record<string, string>> = {}) => {
    const { run, asked } = await begin(hands, ask, environment)
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${run.httpUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    const listed = async () => {
      const answer = await fetch(`${run.httpUrl}/v1/models`)
      return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
    }
    const promote = async (change: Partial<typeof reference> = {}) => {
      await run.put(topics.promotions, aPromotion({ ...reference, ...change }))
      await expect.poll(listed).toContain(`student:${change.candidateId ?? reference.candidateId}`)
    }
    const logged = async (count: number): Promise<readonly InferenceLog[]> =>
      run.seen(topics.inferenceLogs, count)
    return { run, post, promote, logged, asked, listed }
  }
