import { createHash } from 'node:crypto'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { choiceOf, parseAssistantMessage } from '#kit'
import { type Bodies, exampleOf } from './example.ts'
import { aCut, aLabel, anOutline, aTrigger, aVersion, bodiesOf, materialOf } from './testing.ts'
import { type Built, type Material, versionOf } from './version.ts'

const rowsOf = (count: number, content = (index: number) => `mail number n${index}`) =>
  Array.from({ length: count }, (_, index) => ({
    row: anOutline({
      requestId: `r${index}`,
      requestHash: `h${index}`,
      offset: index,
      eventTimeMs: 1000 + index,
      label: index % 3 === 0 ? 'quarantine' : 'deliver',
    }),
    content: content(index),
  }))
const builtOf = (material: Material): Built => {
  const built = versionOf(material, aCut, 7)
  if (built === undefined) throw new Error('nothing built')
  return built
}
const linesOf = (built: Built, split: string) => {
  const file = built.objects.find(({ path }) => path.endsWith(`/${split}.jsonl`))
  const lines = String(file?.body)
    .split('\n')
    .filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}

describe('a version', () => {
  const built = builtOf(materialOf(rowsOf(100), { trigger: aTrigger(), last: aVersion() }))

  test('counts, names and places its files by content', () => {
    const { version, objects } = built
    const folder = `datasets/mail-triage/${version.contentHash.slice(0, 12)}`
    expect(version).toMatchObject({
      datasetVersion: `mail-triage@${version.contentHash.slice(0, 12)}`,
      labels: { deliver: 66, quarantine: 34 },
      sources: { production: 100 },
      offsets: [{ partition: 0, offset: 100 }],
      previousVersion: 'mail-triage@000000000000',
      triggerId: 't1',
      cause: 'drift',
      windowFromMs: 1000,
      windowToMs: 1099,
      createdAtMs: 7,
    })
    expect(version.counts).toEqual({ train: 54, validation: 6, test: 40 })
    expect(objects.map(({ path }) => path)).toEqual([
      `${folder}/train.jsonl`,
      `${folder}/validation.jsonl`,
      `${folder}/test.jsonl`,
      `${folder}/manifest.json`,
    ])
    for (const { path, sha256, sizeBytes } of version.files) {
      const body = String(objects.find((each) => each.path === path)?.body)
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256)
      expect(Buffer.byteLength(body)).toBe(sizeBytes)
    }
  })

  test('is OpenAI chat JSONL whose last message is the answer', () => {
    const [line] = linesOf(built, 'train')
    expect(line.messages.at(-1)).toMatchObject({ role: 'assistant' })
    expect(line.tools).toHaveLength(2)
    expect(choiceOf({ message: line.messages.at(-1) })).toBe(line.metadata.label)
    expect(Object.keys(line.metadata)).toEqual([
      ...['requestId', 'label', 'servedBy', 'sessionId', 'subject', 'eventTimeMs', 'group'],
    ])
  })

  test('built again later writes the same bytes', () => {
    const later = versionOf(materialOf(rowsOf(100)), aCut, 99)
    expect(later?.objects).toEqual(built.objects)
    expect(later?.version.createdAtMs).toBe(99)
  })
})

test('rows whose bodies do not parse are left out and counted', () => {
  const material = materialOf(rowsOf(50))
  const bodies = new Map<string, Bodies>([
    ...material.bodies,
    ['0/3', { request: '', response: '' }],
  ])
  const { version } = builtOf({ ...material, bodies })
  expect(version.filtered).toEqual({ unreadable: 1 })
})

test('without anything to test on there is no version', () => {
  expect(versionOf(materialOf(rowsOf(1)), aCut, 7)).toBeUndefined()
  expect(versionOf(materialOf([]), aCut, 7)).toBeUndefined()
})

const splitsOf = (built: Built): ReadonlyMap<string, ReadonlySet<string>> => {
  const homes = new Map<string, Set<string>>()
  for (const split of ['train', 'validation', 'test']) {
    for (const { metadata, messages } of linesOf(built, split)) {
      const session = metadata.sessionId === '' ? [] : [`session ${metadata.sessionId}`]
      for (const key of [`text ${messages[1].content}`, ...session]) {
        homes.set(key, (homes.get(key) ?? new Set()).add(split))
      }
    }
  }
  return homes
}

const sessions = fc.array(fc.record({ session: fc.nat(12), text: fc.nat(12) }), {
  minLength: 30,
  maxLength: 80,
})
property.prop([sessions, fc.gen()])(
  'in any order of rows it is the same, and no session or like text stands in two splits',
  (those, gen) => {
    const plain = rowsOf(those.length, (at) => `body ${'abc'.repeat(those[at]?.text ?? 0)}`)
    const rows = plain.map(({ row, content }, at) => {
      const session = those[at]?.session ?? 0
      return { row: { ...row, sessionId: session === 0 ? '' : `s${session}` }, content }
    })
    const shuffled = gen(() => fc.shuffledSubarray(rows, { minLength: rows.length }))
    const one = versionOf(materialOf(rows), aCut, 7)
    expect(versionOf(materialOf(shuffled), aCut, 7)?.objects).toEqual(one?.objects)
    if (one === undefined) return
    for (const homes of splitsOf(one).values()) expect(homes.size).toBe(1)
  },
)

property.prop([fc.nat(49)], { numRuns: 10 })(
  'a single changed byte is another version',
  (index) => {
    const changed = rowsOf(50, (at) =>
      at === index ? `mail number n${at}.` : `mail number n${at}`,
    )
    const [one, other] = [builtOf(materialOf(rowsOf(50))), builtOf(materialOf(changed))]
    expect(other.version.contentHash).not.toBe(one.version.contentHash)
  },
)

describe('the answer of an example', () => {
  const chosen = (servedBy: string, label: string) => ({
    row: anOutline({ servedBy, label }),
    human: aLabel('r1', 'quarantine'),
    source: 'human' as const,
  })
  const bodies = bodiesOf('x', 'quarantine', '{"reason":"spam"}')

  test('with a human’s label is given in the production model’s own form', () => {
    const example = exampleOf(chosen('production', 'deliver'), bodiesOf('x', 'deliver'))
    expect(example).toMatchObject({ label: 'quarantine', source: 'human' })
    expect(example?.answer.tool_calls?.[0]?.function).toEqual({
      name: 'quarantine',
      arguments: '{}',
    })
  })

  test('must name a tool where the answer is a tool call, and is content elsewhere', () => {
    const labelled = { ...chosen('production', 'deliver'), human: aLabel('r1', 'junk') }
    expect(exampleOf(labelled, bodies)).toBeUndefined()
    const plain = { ...bodies, response: '{"role":"assistant","content":"spam"}' }
    expect(exampleOf(labelled, plain)?.answer).toEqual({ role: 'assistant', content: 'junk' })
  })

  test('keeps the arguments that production gave with the same choice, never a student’s', () => {
    const argumentsOf = (servedBy: string): string | undefined =>
      exampleOf(chosen(servedBy, 'quarantine'), bodies)?.answer.tool_calls?.[0]?.function.arguments
    expect(argumentsOf('production')).toBe('{"reason":"spam"}')
    expect(argumentsOf('student:a')).toBe('{}')
  })

  test('is a human’s correction as it stands, and nothing where that does not parse', () => {
    const message = { role: 'assistant', content: 'No.' }
    const corrected = (correction: string) =>
      exampleOf(
        {
          ...chosen('production', 'deliver'),
          human: { ...aLabel('r1', ''), kind: 'correction', correction },
        },
        bodies,
      )
    expect(corrected(JSON.stringify(message))?.answer).toEqual(message)
    expect(parseAssistantMessage('')).toHaveProperty('fault')
    expect(corrected('')).toBeUndefined()
  })
})
