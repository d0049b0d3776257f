import { defineProxy, message, type ProxyPlan, type RouteRequest } from '#kit'
import { topics } from '#schemas'
import { readAsked } from './asked.ts'
import { type Plan, replyHeaders } from './call-plan.ts'
import { failureReply } from './openai-error.ts'
import { type Facts, planCall } from './plan.ts'
import { sampledRecord, servedRecord } from './record.ts'
import { serveStudent } from './serve-student.ts'
import { nobody, serveUpstream } from './serve-upstream.ts'
import type { Served } from './served.ts'
import { chatSettings } from './settings.ts'
import type { World } from './world.ts'

const gatherFacts = async (
  request: RouteRequest,
  world: World,
  contextChunks: number,
): Promise<Facts> => {
  const asked = readAsked(request)
  if ('fault' in asked) return { asked, champion: { kind: 'none' }, answer: undefined, chunks: [] }
  const { workload, inputText = '', collection, question } = asked
  const [champion, chunks] = await Promise.all([
    world.champions.of(workload),
    collection === '' ? [] : world.retrieve(collection, question, contextChunks),
  ])
  const answer =
    champion.kind === 'loaded' && inputText !== ''
      ? world.answer(champion.student, inputText)
      : undefined
  return { asked, champion, answer, chunks }
}

/**
 * OpenAI's chat completions: a workload's champion answers where he is sure, the production model otherwise; every call is
 * logged, and a share of the champion's calls also goes to the production model.
 */
export const chat = defineProxy({
  service: 'gateway',
  name: 'chat',
  method: 'POST',
  path: '/v1/chat/completions',
  scope: 'infer',
  outputs: [topics.inferenceLogs],
  settings: chatSettings,

  gather: (request, world: World, { contextChunks }) => gatherFacts(request, world, contextChunks),

  plan: (request, context): ProxyPlan<Plan> => {
    const plan: Plan = planCall(request, context)
    return plan.route === 'refused'
      ? { kind: 'refuse', plan, reply: failureReply(plan.failure, replyHeaders(plan)) }
      : { kind: 'serve', plan }
  },

  serve: async (plan, stream, world, { upstreamTimeoutMs: timeoutMs }, signal): Promise<Served> => {
    if (plan.route === 'student') return serveStudent(plan, stream, world)
    if (plan.route === 'upstream') return serveUpstream({ plan, stream, world, timeoutMs, signal })
    throw new TypeError('a refused call is not served')
  },

  log: (request, plan, served, { settings }) => [
    message(topics.inferenceLogs, servedRecord(request, plan, served, settings.subjectKey)),
  ],

  copy: {
    wanted: (plan) => plan.route === 'student' && plan.copy !== undefined,
    bounds: ({ sampledConcurrencyMax: concurrencyMax, sampledWaitingMax: waitingMax }) => ({
      concurrencyMax,
      waitingMax,
    }),
    serve: async (plan, world, { upstreamTimeoutMs: timeoutMs }, signal) => {
      if (plan.route !== 'student' || plan.copy === undefined)
        throw new TypeError('this call is not copied')
      return serveUpstream({ plan: plan.copy, stream: nobody, world, timeoutMs, signal })
    },
    log: (request, plan, served, { settings }) => {
      const copy = plan.route === 'student' ? (plan.copy ?? plan) : plan
      return [
        message(topics.inferenceLogs, sampledRecord(request, copy, served, settings.subjectKey)),
      ]
    },
  },
})
