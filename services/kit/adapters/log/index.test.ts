import { describe, expect, test } from 'vitest'
import { pinoLogger } from './index.ts'

const recorded = (level: 'debug' | 'info' | 'warn' | 'error') => {
  const lines: unknown[] = []
  const log = pinoLogger({ service: 's', level, write: (line) => lines.push(JSON.parse(line)) })
  return { lines, log }
}

describe('log', () => {
  test('writes one JSON object a line, with its fields', () => {
    const { lines, log } = recorded('info')
    log.child({ processor: 'p' }).warn({ tries: 2 }, 'waiting')
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        service: 's',
        processor: 'p',
        tries: 2,
        msg: 'waiting',
      }),
    ])
  })
  test('never writes secrets', () => {
    const { lines, log } = recorded('info')
    log.info({ password: 'x1', headers: { authorization: 'x2' }, a: { b: { token: 'x3' } } }, 'hi')
    expect(JSON.stringify(lines)).not.toMatch(/x[123]/)
  })
  test('leaves out what is below its level', () => {
    const { lines, log } = recorded('warn')
    log.debug({}, 'a')
    log.info({}, 'b')
    log.error({}, 'c')
    expect(lines).toHaveLength(1)
  })
})
