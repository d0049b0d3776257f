import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import avsc from 'avsc'
import { loadSchema, tables } from '#schemas'
import { piiEngine } from '../services/kit/privacy/index.ts'
import { compilePlan, RowWriter } from '../services/kit/transcode/index.ts'

const recordCount = 500
const roundsMin = 5
const roundMs = 400

const words =
  'the customer asks where order A-17 is and wants a refund since the parcel came late again'.split(
    ' ',
  )

/** Prose of about `length` characters, the same for the same seed. */
const prose = (length: number, seed: number): string => {
  let text = ''
  for (let at = seed; text.length < length; at = (at * 31 + 7) % 1009) {
    text += `${words[at % words.length]}${at % 11 === 0 ? '.\n' : ' '}`
  }
  return text
}

/** An inference log of about 2.5 KB; `note` goes into the user's message. */
const aLog = (index: number, note: string) => {
  const request = {
    model: 'gpt-4.1-mini',
    messages: [
      {
        role: 'system',
        content: `You triage support mail. Today is 2025-03-04.\n${prose(600, index)}`,
      },
      { role: 'user', content: `${prose(700, index + 1)}${note}` },
    ],
    temperature: 0.2,
  }
  const message = { role: 'assistant', content: prose(300, index + 2) }
  const response = {
    id: `chatcmpl-${index}`,
    object: 'chat.completion',
    created: 1_741_080_000 + index,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 350, completion_tokens: 80, total_tokens: 430 },
  }
  return {
    ...{
      requestId: `request-${index}`,
      traceId: `${index}`.padStart(32, 'a'),
      sessionId: `s-${index}`,
    },
    ...{ agentId: '', parentId: '', tenant: 'acme', client: 'helpdesk', workload: 'triage' },
    ...{ subject: 'f'.repeat(64), eventTimeMs: 1_741_080_000_000 + index, role: 'served' },
    ...{ request: JSON.stringify(request), response: JSON.stringify(response) },
    ...{ model: 'gpt-4.1-mini', servedBy: 'production', artifactHash: '', routeReason: 'champion' },
    ...{ canaryShare: 0, confidence: null, promptTokens: 350, completionTokens: 80, ttftMs: 120.5 },
    ...{ latencyMs: 840.25, costUsd: 0.0004, status: 200, finishReason: 'stop', error: '' },
    ...{ railHits: [], chunkIds: ['c-1', 'c-2'], attributes: { region: 'eu', version: '7' } },
  }
}

/** CPU time of one call in µs: the best of several rounds over all records. */
const cpuUsOf = (records: readonly Buffer[], run: (bytes: Buffer) => void): number => {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < roundsMin; round++) {
    const start = process.cpuUsage()
    let calls = 0
    let usedUs = 0
    while (usedUs < roundMs * 1000) {
      for (const bytes of records) run(bytes)
      calls += records.length
      const { user, system } = process.cpuUsage(start)
      usedUs = user + system
    }
    best = Math.min(best, usedUs / calls)
  }
  return best
}

const table = tables.find(({ name }) => name === 'inference_logs')
if (table === undefined) throw new Error('no table for inference logs')
const schema = loadSchema(table.topic.schema)
const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { wrapUnions: 'never' })
const recordsOf = (note: (index: number) => string): Buffer[] =>
  Array.from({ length: recordCount }, (_, index) => {
    const header = Buffer.from([0, 0, 0, 0, 1])
    return Buffer.concat([header, type.toBuffer(aLog(index, note(index)))])
  })
const clean = recordsOf(() => '')
const personal = ' Write to jane.doe@example.com or call +1 415-555-2671.'

const to = new RowWriter()
const envelope = {
  topic: 't',
  partition: 0,
  offset: 7n,
  arrivedAtMs: 1_741_080_000_000,
  isRepeat: false,
}
const runOf = (privacy: typeof piiEngine | 'off') => {
  const parts = { writerSchema: schema, readerSchema: schema, columns: table.columns, privacy }
  const plan = compilePlan(parts)
  return (bytes: Buffer): void => {
    to.reset()
    const reason = plan(bytes, 5, to, envelope)
    if (reason !== undefined) throw new Error(`a valid record was refused: ${reason}`)
  }
}
const redacting = runOf(piiEngine)
const peer = (bytes: Buffer): void => {
  JSON.stringify(type.fromBuffer(bytes.subarray(5)))
}

const rows: readonly (readonly [name: string, cpuUs: number])[] = [
  ['avsc decode + JSON.stringify', cpuUsOf(clean, peer)],
  ['plan', cpuUsOf(clean, runOf('off'))],
  ['plan, redaction, no personal data', cpuUsOf(clean, redacting)],
  [
    'plan, redaction, 5% with personal data',
    cpuUsOf(
      recordsOf((index) => (index % 20 === 0 ? personal : '')),
      redacting,
    ),
  ],
  [
    'plan, redaction, all with personal data',
    cpuUsOf(
      recordsOf(() => personal),
      redacting,
    ),
  ],
]

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const recordBytes = Math.round(clean.reduce((sum, { length }) => sum + length, 0) / clean.length)
const peerUs = rows[0]?.[1] ?? Number.NaN
process.stdout.write(`CPU time a record of ${recordBytes} bytes, and the peer's time over it\n`)
for (const [name, cpuUs] of rows) {
  const ratio = (peerUs / cpuUs).toFixed(2)
  process.stdout.write(
    `${name.padEnd(40)} ${cpuUs.toFixed(2).padStart(7)} µs  ${ratio.padStart(6)} ×\n`,
  )
}
if (values.json !== undefined) {
  const results = rows.map(([name, cpuUs]) => ({ name, cpuUs, peerOverThis: peerUs / cpuUs }))
  writeFileSync(values.json, `${JSON.stringify({ recordBytes, results }, null, 2)}\n`)
}
