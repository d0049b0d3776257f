import { openPublisher } from '#kit'
import { topics } from '#schemas'
import type { Step, Tell } from '../wheel/progress.ts'
import { publishPatiently } from '../wheel/publish.ts'
import { type Ground, startGround, startWheel } from '../wheel/running.ts'
import { type Services, serviceNames } from '../wheel/services.ts'
import { waitForCalm } from '../wheel/turn.ts'
import { waitUntil } from '../wheel/wait.ts'
import { type Intake, takeInFile } from './intake.ts'
import { waitForDatasets, waitForVerdicts } from './turn.ts'

/** What is replayed, and where. */
export interface ReplayOptions {
  readonly file: string
  /** The workload of every call, or empty: each call's own. */
  readonly workload: string
  readonly dataDir: string
  /** The model that answered the calls, as the price file names it. */
  readonly productionModel: string
  /** Examples of a workload that a dataset is worth building from. */
  readonly examplesMin: number
}

/** A user's logs through the wheel; parts are there once their step is done. */
export class Replay {
  readonly options: ReplayOptions
  readonly #say: (line: string) => void
  #ground: Ground | undefined
  #services: Services | undefined
  #intake: Intake | undefined

  constructor(options: ReplayOptions, say: (line: string) => void) {
    this.options = options
    this.#say = say
  }

  get ground(): Ground {
    return started(this.#ground, 'the stack')
  }

  get services(): Services {
    return started(this.#services, 'the services')
  }

  get intake(): Intake {
    return started(this.#intake, 'reading the file')
  }

  /** The steps in the order in which they must run. */
  get steps(): readonly Step[] {
    const step = (title: string, run: Step['run']): Step => ({ title, run })
    return [
      step('Kafka, schema registry, ClickHouse', () => this.#startGround()),
      step(`${serviceNames.length} services`, () => this.#startServices()),
      step('Calls of the file into inference-logs (bytes read)', (tell) => this.#publish(tell)),
      step('Stored in ClickHouse', (tell) => this.#stored(tell)),
      step('Curated', () => waitForCalm(this.ground.ask)),
      step('Datasets built', () =>
        waitForDatasets(this.ground.ask, this.services, this.options.examplesMin),
      ),
      step('Students trained and judged', () => waitForVerdicts(this.ground.ask, this.services)),
    ]
  }

  async #startGround(): Promise<void> {
    this.#ground = await startGround(this.options.dataDir, this.#say)
  }

  async #startServices(): Promise<void> {
    const settings = {
      BUILD_INTERVAL_MS: '1000',
      BUILD_QUIET_MS: '3000',
      BUILD_EXAMPLES_MIN: String(this.options.examplesMin),
      PRODUCTION_MODEL: this.options.productionModel,
    }
    this.#services = await startWheel(this.ground, settings, this.#say)
  }

  async #publish(tell: Tell): Promise<void> {
    const { kafka, registry } = this.ground.stack
    const publisher = await openPublisher([topics.inferenceLogs], {
      brokers: kafka.brokers,
      registryUrl: registry.url,
      clientId: 'replay',
    })
    const { file, workload } = this.options
    const publish = (logs: Parameters<typeof publishPatiently>[1]) =>
      publishPatiently(publisher, logs)
    try {
      this.#intake = await takeInFile(file, { workload, nowMs: Date.now(), publish }, tell)
    } finally {
      await publisher.close()
    }
  }

  async #stored(tell: Tell): Promise<void> {
    const { size } = this.intake.ids
    await waitUntil(
      'the logs in ClickHouse',
      async () => {
        const sql = 'SELECT uniqExact(request_id) AS calls FROM flywheel.inference_logs'
        const [row] = await this.ground.ask<{ calls: number }>(sql)
        return row?.calls ?? 0
      },
      (calls) => calls >= size,
      { timeoutMs: 600_000, onAnswer: (calls) => tell(calls, size) },
    )
  }

  /** Ends everything that was started; `keep` leaves the stack up. */
  async stop({ keep }: { readonly keep: boolean }): Promise<void> {
    await this.#services?.stop()
    if (!keep) await this.#ground?.stack.stop()
  }
}

const started = <T>(part: T | undefined, name: string): T => {
  if (part === undefined) throw new Error(`${name} is not done yet`)
  return part
}
