import { type Block, paragraphs, tidy } from './block.ts'

/** Plain text as paragraphs: what stands between empty lines. */
export const textBlocks = (content: string): readonly Block[] =>
  content
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .flatMap((part) => paragraphs(tidy(part)))

const fence = /^ {0,3}(`{3,}|~{3,})/
const heading = /^ {0,3}(#{1,6})[ \t]+(.*)$/
const underline = /^ {0,3}(=+|-+)[ \t]*$/

const headingText = (text: string): string => tidy(plain(text.replace(/[ \t]#+[ \t]*$/, '')))

/** Link and image targets, emphasis and code marks carry no words. */
const plain = (text: string): string =>
  text
    .replace(/!?\[([^[\]]{0,500})\]\([^()\s]{0,2000}(?:[ \t][^()]{0,200})?\)/g, '$1')
    .replace(/(\*\*|__|`+)/g, '')

class MarkdownBlocks {
  readonly blocks: Block[] = []
  private lines: string[] = []
  private fenced = ''

  take(line: string): void {
    const mark = fence.exec(line)?.[1] ?? ''
    if (this.fenced !== '') this.takeCode(line, mark)
    else if (mark !== '') this.fenced = mark
    else this.takeProse(line)
  }

  private takeCode(line: string, mark: string): void {
    if (mark.startsWith(this.fenced)) this.fenced = ''
    else this.lines.push(line)
  }

  private takeProse(line: string): void {
    const [, marks = '', text = ''] = heading.exec(line) ?? []
    if (marks !== '') this.addHeading(marks.length, text)
    else if (this.lines.length === 1 && underline.test(line))
      this.addHeading(line.includes('=') ? 1 : 2, this.lines.pop() ?? '')
    else if (line.trim() === '') this.end()
    else this.lines.push(plain(line))
  }

  private addHeading(level: number, text: string): void {
    this.end()
    const said = headingText(text)
    if (said !== '') this.blocks.push({ kind: 'heading', level, text: said })
  }

  end(): void {
    this.blocks.push(...paragraphs(tidy(this.lines.join(' '))))
    this.lines = []
  }
}

/** Markdown as headings and paragraphs: ATX and Setext headings (CommonMark 0.31), fenced code kept as text. */
export const markdownBlocks = (content: string): readonly Block[] => {
  const reading = new MarkdownBlocks()
  for (const line of content.replace(/\r\n?/g, '\n').split('\n')) reading.take(line)
  reading.end()
  return reading.blocks
}
