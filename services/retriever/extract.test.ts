import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { htmlBlocks } from './extract-html.ts'
import { markdownBlocks, textBlocks } from './extract-text.ts'

const heading = (level: number, text: string) => ({ kind: 'heading', level, text })
const paragraph = (text: string) => ({ kind: 'paragraph', text })

test('plain text is its paragraphs', () => {
  expect(textBlocks('one\r\ntwo\r\n \r\nthree\n')).toEqual([
    paragraph('one two'),
    paragraph('three'),
  ])
})

describe('Markdown', () => {
  test('is headings of both kinds and paragraphs', () => {
    const text =
      'Manual\n======\nFirst.\n\n## Reset ##\nPress **it**\nnow.\n\nPart\n---\n#no heading\n'
    expect(markdownBlocks(text)).toEqual([
      heading(1, 'Manual'),
      paragraph('First.'),
      heading(2, 'Reset'),
      paragraph('Press it now.'),
      heading(2, 'Part'),
      paragraph('#no heading'),
    ])
  })

  test('keeps code as text, in which nothing is a heading', () => {
    expect(markdownBlocks('```sh\n# not a heading\nls\n```\nafter')).toEqual([
      paragraph('# not a heading ls after'),
    ])
  })

  test('keeps the words of links and images', () => {
    expect(
      markdownBlocks('See [the page](https://example.org "title") ![a cat](cat.png).'),
    ).toEqual([paragraph('See the page a cat.')])
  })
})

describe('HTML', () => {
  test('is what a reader sees, with its headings', () => {
    const html = `<html><head><title>T</title><style>p{}</style></head><body><nav>Home</nav>
      <h1>The <em>manual</em></h1><p>Press &amp; hold <b>it</b>.</p><script>alert(1)</script>
      <ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr></table><!-- no --></body></html>`
    expect(htmlBlocks(html)).toEqual([
      heading(1, 'The manual'),
      paragraph('Press & hold it.'),
      paragraph('one'),
      paragraph('two'),
      paragraph('a'),
      paragraph('b'),
    ])
  })

  test('of any depth is read', () => {
    expect(htmlBlocks(`${'<div>'.repeat(20_000)}deep`)).toEqual([paragraph('deep')])
  })

  property.prop([fc.string({ unit: 'binary', maxLength: 300 })])('never throws', (html) => {
    expect(Array.isArray(htmlBlocks(html))).toBe(true)
  })
})
