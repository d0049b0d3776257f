import { expect, test } from 'vitest'
import { heldStream } from './held-stream.ts'

test('the last chunk and what follows wait, in order', async () => {
  const seen: string[] = []
  const { stream, release } = heldStream({
    start: (status) => seen.push(String(status)),
    write: async (chunk) => {
      seen.push(String(chunk))
    },
  })
  stream.start(200, {})
  await stream.write('first')
  stream.writeLast('[DONE]')
  await stream.write('after')
  expect(seen).toEqual(['200', 'first'])
  await release()
  expect(seen).toEqual(['200', 'first', '[DONE]', 'after'])
})
