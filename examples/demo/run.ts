import { openPublisher } from '#kit'
import { topics } from '#schemas'
import type { Step, Tell } from '../wheel/progress.ts'
import { type Ground, startGround, startWheel } from '../wheel/running.ts'
import { type Services, serviceNames } from '../wheel/services.ts'
import { waitForCalm, waitForChampion, waitForLogs, waitForTurn } from '../wheel/turn.ts'
import { workload } from './calls.ts'
import { type Mail, readMails } from './mails.ts'
import { publishLogs, sendMails, waitForTrigger } from './scenario.ts'
import { simulatedUpstream, type Upstream } from './upstream.ts'
import { type Webhook, webhookReceiver } from './webhook.ts'

/** The stand-in answers after so long: it is no measurement of any model. */
export const upstreamDelayMs = 20

/** Share of the second collection's mails that a person labels. */
export const labelledShare = 0.8

/** Mails of the second collection that come after the second turn. */
export const lastMails = 300

const stepNames = [
  'ground',
  'services',
  'first collection',
  'stored',
  'first turn',
  'second collection',
  'trigger',
  'second turn',
  'last mails',
  'calm',
] as const

/** What the demo does, in this order. */
export type StepName = (typeof stepNames)[number]

/** The demo as it runs; parts are there once their step is done. */
export class Demo {
  readonly #dataDir: string
  readonly #say: (line: string) => void
  readonly mails: Readonly<Record<Mail['collection'], readonly Mail[]>> = readMails()
  /** When each phase began, milliseconds since 1970 UTC. */
  readonly beganMs: Record<'gateway' | 'last', number> = { gateway: 0, last: 0 }
  #ground: Ground | undefined
  #services: Services | undefined
  #upstream: Upstream | undefined
  #webhook: Webhook | undefined

  constructor(dataDir: string, say: (line: string) => void) {
    this.#dataDir = dataDir
    this.#say = say
  }

  get ground(): Ground {
    return started(this.#ground, 'the stack')
  }

  get services(): Services {
    return started(this.#services, 'the services')
  }

  get webhook(): Webhook {
    return started(this.#webhook, 'the webhook')
  }

  get upstream(): Upstream {
    return started(this.#upstream, 'the upstream')
  }

  /** What comes between the first turn and the last mails. */
  get #drifting(): readonly Mail[] {
    return this.mails.second.slice(0, -lastMails)
  }

  /** The steps in the order in which they must run. */
  get steps(): readonly (Step & { readonly name: StepName })[] {
    const steps = this.#steps()
    return stepNames.map((name) => ({ name, ...steps[name] }))
  }

  #steps(): Readonly<Record<StepName, Step>> {
    const [first, all] = [
      this.mails.first.length,
      this.mails.first.length + this.mails.second.length,
    ]
    const drifting = this.#drifting.length
    const step = (title: string, run: Step['run']): Step => ({ title, run })
    return {
      ground: step('Kafka, schema registry, ClickHouse', () => this.#startGround()),
      services: step(`${serviceNames.length} services`, () => this.#startServices()),
      'first collection': step(`First collection: ${first} calls into inference-logs`, (tell) =>
        this.#publish(tell),
      ),
      stored: step('Stored in ClickHouse', (tell) => this.#waitForLogs(first, tell)),
      'first turn': step('First turn: curated, trained, judged', () => this.#turn(1)),
      'second collection': step(
        `Second collection: ${drifting} calls through the gateway`,
        (tell) => this.#drift(tell),
      ),
      trigger: step('Drift found, turn triggered', () => this.#trigger()),
      'second turn': step('Second turn, on the new traffic', () => this.#turn(2)),
      'last mails': step(`Last ${lastMails} calls through the gateway`, (tell) => this.#last(tell)),
      calm: step('All stored, nothing under way', async (tell) => {
        await this.#waitForLogs(all, tell)
        await waitForCalm(this.ground.ask, ({ logs, observed }) => observed >= logs)
      }),
    }
  }

  async #startGround(): Promise<void> {
    this.#ground = await startGround(this.#dataDir, this.#say)
  }

  async #startServices(): Promise<void> {
    this.#upstream = await simulatedUpstream(
      [...this.mails.first, ...this.mails.second],
      upstreamDelayMs,
    )
    this.#webhook = await webhookReceiver()
    const settings = settingsFor(this.#upstream.url, this.#webhook.url)
    this.#services = await startWheel(this.ground, settings, this.#say)
  }

  async #publish(tell: Tell): Promise<void> {
    const { kafka, registry } = this.ground.stack
    const publisher = await openPublisher([topics.inferenceLogs], {
      brokers: kafka.brokers,
      registryUrl: registry.url,
      clientId: 'demo-replay',
    })
    await publishLogs(publisher, this.mails.first, Date.now(), tell)
    await publisher.close()
  }

  async #waitForLogs(count: number, tell: Tell): Promise<void> {
    await waitForLogs(this.ground.ask, workload, count, tell)
  }

  async #turn(turn: 1 | 2): Promise<void> {
    await waitForTurn(this.ground.ask, workload, turn)
    await waitForChampion(this.ground.ask, workload, this.services.url('gateway'))
  }

  async #drift(tell: Tell): Promise<void> {
    this.beganMs.gateway = Date.now()
    await sendMails(this.services.url('gateway'), this.#drifting, labelledShare, tell)
    await this.#waitForLogs(this.mails.first.length + this.#drifting.length, () => {})
  }

  async #trigger(): Promise<void> {
    await waitForTrigger(this.ground.ask)
  }

  async #last(tell: Tell): Promise<void> {
    this.beganMs.last = Date.now()
    const mails = this.mails.second.slice(-lastMails)
    await sendMails(this.services.url('gateway'), mails, labelledShare, tell)
  }

  /** Ends everything that was started; `keep` leaves the stack up. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    await this.#services?.stop()
    await this.#upstream?.close()
    await this.#webhook?.close()
    if (!keep) await this.#ground?.stack.stop()
  }
}

const started = <T>(part: T | undefined, name: string): T => {
  if (part === undefined) throw new Error(`${name} is not started yet`)
  return part
}

/** The services' settings in the demo: defaults where a person would leave them, impatience where a demo is short. */
const settingsFor = (upstreamUrl: string, webhookUrl: string) => ({
  GATEWAY_UPSTREAM_URL: upstreamUrl,
  GATEWAY_UPSTREAM_ALLOW_PRIVATE: 'true',
  GATEWAY_SAMPLED_SHARE: '0.2',
  GATEWAY_SAMPLED_WAITING_MAX: '5000',
  BUILD_INTERVAL_MS: '1000',
  BUILD_QUIET_MS: '3000',
  BUILD_EXAMPLES_MIN: '2500',
  TRIGGER_EXAMPLES_MIN: '800',
  DRIFT_INTERVAL_MS: '1000',
  DRIFT_RECORDS_MIN: '300',
  DRIFT_WEBHOOK_URL: webhookUrl,
  NOTIFY_ALLOW_PRIVATE: 'true',
})
