import { createInterface } from 'node:readline/promises'
import { text as allOf } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { kitSettings, readSettings } from '#kit'
import { cutStatements } from './statements.ts'
import { type Asking, askClickHouse } from './world/ask.ts'

const usage = `npm run sql -- [options]
  -q, --query SQL    answers one statement and ends; so do statements on standard input
  --format NAME      ClickHouse's name of the form of answers (PrettyCompactMonoBlock)
  --write            lets statements change something
At the prompt a statement may take several lines and ends with ;  \\q or Ctrl-D leaves.
ClickHouse is at CLICKHOUSE_URL (http://127.0.0.1:8123), its user CLICKHOUSE_USER, CLICKHOUSE_PASSWORD.`

const readWords = () =>
  parseArgs({
    options: {
      query: { type: 'string', short: 'q' },
      format: { type: 'string', default: 'PrettyCompactMonoBlock' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values

/** Answers statements one by one; false as soon as one fails. */
const answerAll = async (statements: readonly string[], asking: Asking): Promise<boolean> => {
  for (const statement of statements) {
    const { ok, text } = await askClickHouse(statement, asking)
    if (ok) process.stdout.write(text)
    else process.stderr.write(`${text}\n`)
    if (!ok) return false
  }
  return true
}

const prompt = async (asking: Asking): Promise<void> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  lines.setPrompt('flywheel> ')
  lines.prompt()
  let typed = ''
  for await (const line of lines) {
    if (typed === '' && ['\\q', 'exit', 'quit'].includes(line.trim())) break
    const { statements, rest } = cutStatements(`${typed}${line}\n`)
    await answerAll(statements, asking)
    typed = rest
    lines.setPrompt(typed === '' ? 'flywheel> ' : '       -> ')
    lines.prompt()
  }
  lines.close()
}

const main = async (): Promise<boolean> => {
  const values = readWords()
  if (values.help) {
    process.stdout.write(`${usage}\n`)
    return true
  }
  const { clickhouseUrl, clickhouseUser, clickhousePassword, clickhouseDatabase } = kitSettings
  const settings = readSettings(
    { clickhouseUrl, clickhouseUser, clickhousePassword, clickhouseDatabase },
    process.env,
  )
  const asking: Asking = {
    url: settings.clickhouseUrl,
    user: settings.clickhouseUser,
    password: settings.clickhousePassword,
    database: settings.clickhouseDatabase,
    mayWrite: values.write,
    format: values.format,
  }
  if (values.query === undefined && process.stdin.isTTY) {
    await prompt(asking)
    return true
  }
  const { statements, rest } = cutStatements(values.query ?? (await allOf(process.stdin)))
  return answerAll(
    [...statements, rest].filter((one) => one.trim() !== ''),
    asking,
  )
}

try {
  process.exit((await main()) ? 0 : 1)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
