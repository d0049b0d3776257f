import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  costUsd,
  countTokens,
  encodeStudent,
  nearestNeighbour,
  type ObjectStore,
  predict,
  readPrices,
  sha256,
  Transient,
  trainStudent,
} from '#kit'
import { memoryObjects } from '#kit/testing'
import type { ModelReference } from '#schemas'
import { aCandidate } from '../testing.ts'
import { examine, type Sources } from './examine.ts'

const prices = readPrices(
  readFileSync(new URL('../../../infra/prices.yaml', import.meta.url), 'utf8'),
)

const textOf = (label: string, number: number): string => {
  if (number % 7 === 0) return `claim the agenda of the prize meeting ${number}`
  return `${label === 'spam' ? 'claim the prize' : 'agenda of the meeting'} number ${number}`
}

/** Two kinds of mail; every seventh says of neither which it is. */
const mails = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 3 === 0 ? 'spam' : 'ham'
    return { label, text: textOf(label, from + i), group: `group ${from + i}` }
  })
type Mail = ReturnType<typeof mails>[number]

const lineOf = ({ label, text, group }: Mail, number: number): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: text },
      { role: 'assistant', content: label },
    ],
    metadata: { requestId: `${number}`, label, servedBy: 'production', group, eventTimeMs: 0 },
  })
const fileOf = (lines: readonly Mail[]): Buffer => Buffer.from(lines.map(lineOf).join('\n'))

const [train, held] = [mails(60, 0), mails(30, 60)]
const features = { bits: 10, charactersMin: 3, charactersMax: 4, textCharactersMax: 500 }
const { model } = trainStudent({ examples: train, answers: {}, seed: 1, features })
const artifact = encodeStudent(model)
const artifactHash = sha256(artifact)
const [uri, folder] = ['models/mail/one.student', 'datasets/mail/0123456789ab']
const candidate = aCandidate({ artifactUri: uri, artifactHash })

const store = async (
  files: Readonly<Record<string, Buffer>> = {},
  left: readonly string[] = [],
): Promise<ObjectStore> => {
  const objects = memoryObjects()
  const all = {
    [uri]: artifact,
    [`${folder}/train.jsonl`]: fileOf(train),
    [`${folder}/test.jsonl`]: fileOf(held),
    ...files,
  }
  for (const [path, bytes] of Object.entries(all))
    if (!left.includes(path)) await objects.put(path, bytes)
  return objects
}

const sources = async (change: Partial<Sources> = {}): Promise<Sources> => ({
  objects: await store(),
  prices,
  productionModel: 'gpt-4o',
  championOf: async () => undefined,
  productionLatency: async () => ({ p50Ms: 400, p95Ms: 800 }),
  ...change,
})

const answeredBy = async (
  { kind, threshold }: { readonly kind: 'student' | 'cascade'; readonly threshold: number | null },
  from: Sources,
) => {
  const facts = await examine({ ...candidate, kind, threshold }, from)
  if (facts.kind !== 'answered') throw new Error(facts.reason)
  return facts
}

const student = { kind: 'student', threshold: null } as const

describe('a candidate', () => {
  test('answers every test example itself, and costs its computing', async () => {
    const facts = await answeredBy(student, await sources())
    const own = held.map(({ text }) => predict(model, text).label)
    expect(facts.candidate.answers).toEqual(own.map((label) => ({ label, asked: false })))
    expect(facts.candidate.computeCostUsd).toBeGreaterThan(0)
    expect(facts.candidate.latency.p95Ms).toBeGreaterThan(0)
  })

  test('that is a cascade takes production’s answer below its threshold, and only there', async () => {
    const confidences = held.map(({ text }) => predict(model, text).confidence)
    const threshold = Math.max(...confidences)
    const facts = await answeredBy({ kind: 'cascade', threshold }, await sources())
    expect(facts.candidate.answers.map(({ asked }) => asked)).toEqual(
      confidences.map((confidence) => confidence < threshold),
    )
    const unsure = facts.candidate.answers.filter(({ asked }) => asked)
    expect(unsure.length).toBeGreaterThan(0)
    for (const [i, { asked, label }] of facts.candidate.answers.entries())
      if (asked) expect(label).toBe(held[i]?.label)
  })

  test('is paired with the production model where nobody is champion', async () => {
    const facts = await answeredBy(student, await sources())
    expect(facts.championId).toBe('production')
    expect(facts.champion).toEqual({
      answers: held.map(({ label }) => ({ label, asked: true })),
      latency: { p50Ms: 400, p95Ms: 800 },
      computeCostUsd: 0,
    })
  })

  test('is paired with the champion on the same examples', async () => {
    const champion: ModelReference = {
      candidateId: 'candidate-0',
      kind: 'cascade',
      model: 'student',
      artifactUri: uri,
      artifactHash,
      threshold: 2,
      datasetVersion: 'mail@older',
    }
    const facts = await answeredBy(student, await sources({ championOf: async () => champion }))
    expect(facts.championId).toBe('candidate-0')
    expect(facts.champion.answers.every(({ asked }) => asked)).toBe(true)
  })

  test('each example has the price of its tokens at the production model', async () => {
    const { examples } = await answeredBy(student, await sources())
    const [first] = held
    const prompt = JSON.stringify([{ role: 'user', content: first?.text }])
    const answer = JSON.stringify({ role: 'assistant', content: first?.label })
    const price = costUsd('gpt-4o', countTokens(prompt), countTokens(answer), prices)
    expect(price).toBeGreaterThan(0)
    expect(examples[0]).toEqual({ label: 'spam', source: 'production', productionCostUsd: price })
    expect(examples).toHaveLength(held.length)
  })

  test('has baselines that learned from train and answered test', async () => {
    const { baselines } = await answeredBy(student, await sources())
    const ham = held.filter(({ label }) => label === 'ham').length
    expect(baselines['majority']).toBeCloseTo(ham / held.length, 12)
    const nearest = nearestNeighbour(train)
    const right = held.filter(({ text, label }) => nearest(text) === label).length
    expect(baselines['nearest neighbour']).toBeCloseTo(right / held.length, 12)
    expect(right).toBeGreaterThan(ham)
  })

  test('is held to labelled examples only', async () => {
    const unlabelled = held.map((mail, i) => (i < 10 ? { ...mail, label: '' } : mail))
    const objects = await store({ [`${folder}/test.jsonl`]: fileOf(unlabelled) })
    expect((await answeredBy(student, await sources({ objects }))).examples).toHaveLength(20)
  })
})

describe('what lasts is a reason', () => {
  const other = encodeStudent({ ...model, temperature: model.temperature * 2 })
  const garbage = Buffer.from('no student at all, but long enough to be read as one')
  test.each([
    ['another artifact', { [uri]: other }, artifactHash, /does not match its hash/],
    ['no student', { [uri]: garbage }, sha256(garbage), /no student/],
  ])('%s', async (_, files, hash, reason) => {
    const from = await sources({ objects: await store(files) })
    const facts = await examine({ ...candidate, artifactHash: hash }, from)
    expect(facts).toMatchObject({ kind: 'failed', championId: 'production' })
    expect(facts).toHaveProperty('reason', expect.stringMatching(reason))
  })

  test.each([uri, `${folder}/test.jsonl`, `${folder}/train.jsonl`])(
    '%s is missing',
    async (path) => {
      const from = await sources({ objects: await store({}, [path]) })
      expect(await examine(candidate, from)).toMatchObject({
        kind: 'failed',
        reason: `missing: ${path}`,
      })
    },
  )

  test('a production model without a price', async () => {
    const facts = await examine(candidate, await sources({ productionModel: 'unheard-of' }))
    expect(facts).toMatchObject({
      kind: 'failed',
      reason: 'the price file has no price for unheard-of',
    })
  })

  test('a neighbour that is down is none', async () => {
    const down = () => Promise.reject(new Transient('down'))
    for (const change of [{ productionLatency: down }, { objects: { get: down } }])
      await expect(examine(candidate, await sources(change))).rejects.toThrow(Transient)
  })
})
