import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findingClasses, readPolicies } from './policy.ts'

const shipped = readFileSync(new URL('../../infra/curation.yaml', import.meta.url), 'utf8')

const withWorkload = (yaml: string): string =>
  shipped.replace('workloads: {}', `workloads:\n${yaml}`)

test('the shipped policy is the same for every workload', () => {
  const { policyOf, version } = readPolicies(shipped)
  expect(Object.keys(policyOf('any').actions).sort()).toEqual([...findingClasses].sort())
  expect(policyOf('any')).toBe(policyOf('constructor'))
  expect(version).toMatch(/^[0-9a-f]{8}$/)
})

test('a workload says only what differs', () => {
  const { policyOf, version } = readPolicies(
    withWorkload(`  support:
    actions: { refused: review }
    languages: [en, de]
    filters: { Urls: off, WordCount: { min: 5 } }
  papers: { preset: document }`),
  )
  const support = policyOf('support')
  expect(support.actions.refused).toBe('review')
  expect(support.actions.truncated).toBe('flag')
  expect(support.languages).toEqual(['en', 'de'])
  expect(support.filters).toMatchObject({ Urls: 'off', WordCount: { min: 5 }, Bullets: 'off' })
  expect(policyOf('papers').filters).toEqual({})
  expect(policyOf('other').actions.refused).toBe('drop')
  expect(version).not.toBe(readPolicies(shipped).version)
})

test('all faults are told at once', () => {
  const faulty = withWorkload(`  a:
    actions: { refused: burn, nonsense: drop }
    filters: { Nonsense: off, Urls: { most: 1 } }
    languages: [english]`)
  expect(() => readPolicies(faulty)).toThrow(
    /(?=[\s\S]*refused)(?=[\s\S]*nonsense)(?=[\s\S]*Nonsense)(?=[\s\S]*most)(?=[\s\S]*languages)/,
  )
  expect(() => readPolicies('default: {')).toThrow('is not YAML')
  expect(() => readPolicies('workloads: {}')).toThrow('default')
})
