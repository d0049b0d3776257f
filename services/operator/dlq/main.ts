import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kitSettings, type LetterDesk, openLetterDesk, readSettings, silentLog } from '#kit'
import { topics } from '#schemas'
import { choiceOf, letterNameOf, serviceOf, WrongArgument } from './arguments.ts'
import { readLetters } from './letters.ts'
import { type Redriven, redriveLetters } from './redrive.ts'
import { letterText } from './show.ts'
import { listText, redrivenText, summaryText } from './words.ts'

const usage = `npm run dlq -- COMMAND [options]
  list                     how many letters wait, by service and reason
  list SERVICE             a line a letter
  show LETTER              one letter, such as curator/12: headers and body, personal data masked
    --raw                  without masking
    --save FILE            also write the body as it came
  redrive SERVICE          send letters back to where they came from, each once
    --dry-run              say what would be sent
    --unproved             also letters whose original Kafka no longer holds
Which letters, for list and redrive:
  --reason TEXT            the reason contains TEXT
  --since 2h               arrived in the last 30m, 2h, 1d
  --offset N[,N]           these
The address of Kafka is KAFKA_BROKERS (127.0.0.1:9092).`

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const readWords = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      reason: { type: 'string' },
      since: { type: 'string' },
      offset: { type: 'string' },
      raw: { type: 'boolean', default: false },
      save: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      unproved: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })

type Words = ReturnType<typeof readWords>

const listOne = async (desk: LetterDesk, service: string, { values }: Words): Promise<void> => {
  const letters = await readLetters(desk, service, choiceOf(values, Date.now()))
  say(letters.letters.length === 0 ? `${service} has no such letters.` : listText(letters))
}

const listAll = async (desk: LetterDesk, { values }: Words): Promise<void> => {
  const choice = choiceOf(values, Date.now())
  const services = topics.servicesWithDeadLetters
  const read = await Promise.all(services.map((service) => readLetters(desk, service, choice)))
  const letters = read.flatMap((each) => each.letters)
  say(letters.length === 0 ? 'No letters.' : summaryText(letters))
}

const show = async (desk: LetterDesk, { values, positionals }: Words): Promise<void> => {
  const { service, partition, offset } = letterNameOf(positionals[1])
  const place = { topic: topics.deadLettersOf(service), partition }
  const record = (await desk.recordsAt(place, [offset])).get(offset)
  if (record === undefined) throw new WrongArgument(`there is no letter ${positionals[1]}`)
  say(letterText(record, values.raw))
  if (values.save !== undefined && record.value !== null)
    writeFileSync(values.save, record.value, { mode: 0o600, flag: 'wx' })
}

const redrive = async (desk: LetterDesk, { values, positionals }: Words): Promise<void> => {
  const service = serviceOf(positionals[1])
  const { letters } = await readLetters(desk, service, choiceOf(values, Date.now()))
  const waiting = letters.filter(({ redriven }) => !redriven)
  if (waiting.length === 0) return say(`${service} has no such letters that wait.`)
  const options = { unproved: values.unproved, dryRun: values['dry-run'] }
  const judged: Redriven[] = []
  try {
    await redriveLetters(desk, waiting, options, (lot) => judged.push(...lot))
  } finally {
    if (judged.length > 0) say(redrivenText(judged, options.dryRun))
  }
}

const obey = async (desk: LetterDesk, words: Words): Promise<void> => {
  const [command, service] = words.positionals
  if (command === 'list' && service === undefined) return listAll(desk, words)
  if (command === 'list') return listOne(desk, serviceOf(service), words)
  if (command === 'show') return show(desk, words)
  if (command === 'redrive') return redrive(desk, words)
  throw new WrongArgument(`${command} is no command\n${usage}`)
}

const main = async (): Promise<void> => {
  const words = readWords()
  if (words.values.help || words.positionals.length === 0) return say(usage)
  const { kafkaBrokers: brokers, kafkaMessageBytesMax } = kitSettings
  const settings = readSettings({ brokers, kafkaMessageBytesMax }, process.env)
  const desk = await openLetterDesk({
    brokers: settings.brokers,
    clientId: 'flywheel-dlq',
    log: silentLog,
    messageBytesMax: settings.kafkaMessageBytesMax,
  })
  try {
    await obey(desk, words)
  } finally {
    await desk.close()
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
