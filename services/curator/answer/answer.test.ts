import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { isRefusal } from './refusal.ts'
import { isZeroInformation, promptEcho, withoutCode } from './shape.ts'

describe('a refusal', () => {
  test.each([
    "I can't help with that.",
    'I’m sorry, but I can’t assist with that request.',
    'I am sorry, I cannot provide instructions for this.',
    "Sorry, I'm not able to help with that.",
    'Unfortunately, I am unable to assist you.',
    'I must decline.',
    'As an AI language model, I cannot browse.',
  ])('%s', (answer) => {
    expect(isRefusal(answer)).toBe(true)
    expect(isRefusal(answer, 'xx')).toBe(false)
  })

  test.each([
    '',
    "Sorry to hear that! Here's how to fix it.",
    'I can help with that.',
    'The API says: "I can\'t help with that."',
    "You can't provide both options.",
    'No. 7 is the largest.',
  ])('is not %j', (answer) => {
    expect(isRefusal(answer)).toBe(false)
  })
})

describe('code', () => {
  test.each([
    ['a\n```js\nx()\n```\nb', 'a\n\nb', false],
    ['a\n```\nx\n', 'a\n', true],
    ['a\n~~~~\n```\n~~~\n~~~~~\nb', 'a\n\nb', false],
    ['inline ```x``` stays', 'inline ```x``` stays', false],
    ['```\nx\n``` js\ny\n```', '', false],
    ['none', 'none', false],
  ])('%j', (text, prose, isOpen) => {
    expect(withoutCode(text)).toEqual({ prose, isOpen })
  })

  property.prop([fc.array(fc.constantFrom('```', '````', '~~~', 'x', ' ', '```js'))])(
    'prose is never longer than the text',
    (lines) => {
      const text = lines.join('\n')
      expect(withoutCode(text).prose.length).toBeLessThanOrEqual(text.length)
    },
  )
})

describe('an echo', () => {
  const prompt = 'Please summarise the following report for me.'
  test.each([
    [prompt, prompt, 1],
    [prompt, `You asked: ${prompt.toUpperCase()} Here it is.`, 1],
    [prompt, 'The report says that sales rose.', 0],
    ['Say hello', 'Say hello', 0],
    [prompt, '', 0],
  ])('of %j in %j is %d', (asked, answered, share) => {
    expect(promptEcho(asked, answered)).toBe(share)
  })

  property.prop([fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ maxLength: 200 })])(
    'is a share',
    (asked, answered) => {
      const share = promptEcho(asked, answered)
      expect(share).toBeGreaterThanOrEqual(0)
      expect(share).toBeLessThanOrEqual(1)
    },
  )
})

describe('no information', () => {
  test.each(['', ' \n', '...', '?!', 'ha ha ha Ha', 'aaaaaaaa', '########'])('%j', (text) => {
    expect(isZeroInformation(text)).toBe(true)
  })
  test.each(['-', '+', '1', 'no', '👍', 'ha ha', 'no no no, yes', 'aaaa'])('not %j', (text) => {
    expect(isZeroInformation(text)).toBe(false)
  })
})
