import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  kitSettings,
  objectStore,
  openPublisher,
  readSettings,
  type SettingsOf,
  secret,
  subjectOf,
} from '#kit'
import { topics } from '#schemas'
import { secondsOf, type Who, WrongArgument, whoOf } from './arguments.ts'
import { isFinished, type Receipt, receiptText } from './receipt.ts'
import { datasetSearch } from './world/datasets.ts'
import { modelsOf, tableFactsOf } from './world/rows.ts'

const usage = `npm run forget -- SUBJECT [options]
  SUBJECT            the end user's id as the apps send it (x-subject); hashed with GATEWAY_SUBJECT_KEY
  --hash HASH        instead: the subject as it stands in inference_logs
  --status           ask for nothing, show what has become of it
  --wait SECONDS     how long to wait for the end (120)
  --actor NAME       who asks, as the topic keeps it (operator)
It ends with 0 when all is done, with 2 when something is left.`

const pollMs = 1000

const { kafkaBrokers, registryUrl, objectsUri } = kitSettings
const { clickhouseUrl, clickhouseUser, clickhousePassword, clickhouseDatabase } = kitSettings

const fields = {
  brokers: kafkaBrokers,
  registryUrl,
  objectsUri,
  url: clickhouseUrl,
  user: clickhouseUser,
  password: clickhousePassword,
  database: clickhouseDatabase,
  subjectKey: secret('GATEWAY_SUBJECT_KEY', '', 'Key of the hash that stands for an end user.'),
}
type Values = SettingsOf<typeof fields>

const readWords = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      hash: { type: 'string' },
      status: { type: 'boolean', default: false },
      wait: { type: 'string', default: '120' },
      actor: { type: 'string', default: 'operator' },
      help: { type: 'boolean', default: false },
    },
  })

const subjectFor = (who: Who, { subjectKey }: Values): string => {
  if (who.kind === 'pseudonym') return who.subject
  if (subjectKey === '')
    throw new WrongArgument(
      'GATEWAY_SUBJECT_KEY must be set as the gateway has it, or give --hash.',
    )
  return subjectOf(subjectKey, who.id)
}

const request = async (subject: string, actor: string, values: Values): Promise<number> => {
  const requestedAtMs = Date.now()
  const { brokers, registryUrl: registry } = values
  const publisher = await openPublisher([topics.subjectsForgotten], {
    brokers,
    registryUrl: registry,
    clientId: 'flywheel-forget',
  })
  try {
    await publisher.publish(topics.subjectsForgotten, [{ subject, actor, requestedAtMs }])
  } finally {
    await publisher.close()
  }
  return requestedAtMs
}

const receipts = (subject: string, values: Values) => {
  const search = datasetSearch(objectStore(values.objectsUri), subject)
  return async (requestedAtMs: number): Promise<Receipt> => {
    const tables = await tableFactsOf(subject, values)
    const isKnown = tables.untilMs !== undefined && tables.untilMs >= requestedAtMs
    const datasets = await search(Math.max(requestedAtMs, tables.untilMs ?? 0))
    const versions = datasets.rewritten.map(({ datasetVersion }) => datasetVersion)
    const models = await modelsOf(versions, values)
    return {
      subject,
      ...tables,
      ...datasets,
      models,
      untilMs: isKnown ? tables.untilMs : undefined,
    }
  }
}

/** Looks until all is done or the time is over; returns the last look. */
const follow = async (look: () => Promise<Receipt>, waitSeconds: number): Promise<Receipt> => {
  const endMs = performance.now() + waitSeconds * 1000
  for (;;) {
    const receipt = await look()
    if (isFinished(receipt) || performance.now() + pollMs > endMs) return receipt
    await sleep(pollMs)
  }
}

const main = async (): Promise<number> => {
  const { values: words, positionals } = readWords()
  if (words.help || (positionals.length === 0 && words.hash === undefined)) {
    process.stdout.write(`${usage}\n`)
    return words.help ? 0 : 1
  }
  const who = whoOf({ positionals, hash: words.hash })
  const waitSeconds = secondsOf(words.wait)
  const values = readSettings(fields, process.env)
  const subject = subjectFor(who, values)
  const look = receipts(subject, values)
  const requestedAtMs = words.status ? 0 : await request(subject, words.actor, values)
  const receipt = await follow(() => look(requestedAtMs), words.status ? 0 : waitSeconds)
  process.stdout.write(`${receiptText(receipt)}\n`)
  return isFinished(receipt) ? 0 : 2
}

try {
  process.exit(await main())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
