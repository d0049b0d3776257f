import { describe, expect, test } from 'vitest'
import { promMetrics } from './index.ts'

describe('metrics', () => {
  test('counts under one name from several places', async () => {
    const metrics = promMetrics({ process: false })
    const options = { help: 'h', labels: ['kind'] }
    metrics.counter('a_total', options).add({ kind: 'x' })
    metrics.counter('a_total', options).add({ kind: 'x' }, 2)
    expect((await metrics.scrape()).body).toContain('a_total{kind="x"} 3')
  })
  test('asks observed gauges when scraped, until they end', async () => {
    const metrics = promMetrics({ process: false })
    let value = 1
    const end = metrics.observed('b', { help: 'h', labels: ['p'] }, () => [
      { labels: { p: '0' }, value },
    ])
    expect((await metrics.scrape()).body).toContain('b{p="0"} 1')
    value = 7
    expect((await metrics.scrape()).body).toContain('b{p="0"} 7')
    end()
    expect((await metrics.scrape()).body).not.toContain('b{p="0"}')
  })
  test('spreads a histogram over its buckets', async () => {
    const metrics = promMetrics({ process: false })
    const options = { help: 'h', labels: ['p'], buckets: [1, 2] }
    metrics.histogram('c', options).observe({ p: '0' }, 1.5)
    const { body } = await metrics.scrape()
    expect(body).toContain('c_bucket{le="1",p="0"} 0')
    expect(body).toContain('c_bucket{le="2",p="0"} 1')
  })
  test('shows the process when asked', async () => {
    expect((await promMetrics({ process: true }).scrape()).body).toContain('process_cpu')
  })
})
