import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5'
import { type Block, paragraphs, tidy } from './block.ts'

type Node = DefaultTreeAdapterTypes.ChildNode

const silent = new Set(
  'script style noscript template head iframe object svg math canvas nav'.split(' '),
)
const inline = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)
const headingTag = /^h([1-6])$/

class HtmlBlocks {
  readonly blocks: Block[] = []
  private text = ''
  private level = 0

  enter(node: Node): boolean {
    if (defaultTreeAdapter.isTextNode(node)) this.text += node.value
    if (!defaultTreeAdapter.isElementNode(node)) return false
    if (silent.has(node.tagName)) return false
    if (!inline.has(node.tagName)) this.end()
    this.level = Number(headingTag.exec(node.tagName)?.[1] ?? this.level)
    return true
  }

  leave(node: Node): void {
    if (!defaultTreeAdapter.isElementNode(node) || inline.has(node.tagName)) return
    this.end()
    if (headingTag.test(node.tagName)) this.level = 0
  }

  private end(): void {
    const text = tidy(this.text)
    this.text = ''
    if (text === '') return
    const { level } = this
    this.blocks.push(
      ...(level > 0 ? [{ kind: 'heading', level, text } as const] : paragraphs(text)),
    )
  }
}

const childrenOf = (node: Node): readonly Node[] =>
  defaultTreeAdapter.isElementNode(node) ? node.childNodes : []

const steps = (nodes: readonly Node[]): readonly Step[] =>
  nodes.toReversed().map((node) => ({ node, isLeaving: false }))

type Step = { readonly node: Node; readonly isLeaving: boolean }

/** HTML as headings and paragraphs, read as browsers read it; scripts, styles, navigation and drawings are left out. */
export const htmlBlocks = (content: string): readonly Block[] => {
  const reading = new HtmlBlocks()
  // No recursion: a page may be nested deeper than the stack.
  const pending: Step[] = [...steps(parse(content).childNodes)]
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    const { node, isLeaving } = step
    if (isLeaving) reading.leave(node)
    else if (reading.enter(node))
      pending.push({ node, isLeaving: true }, ...steps(childrenOf(node)))
  }
  return reading.blocks
}
