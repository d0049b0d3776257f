import type { Content } from './call-content.ts'
import { currentContent } from './current-content.ts'
import { indexedContent } from './indexed-content.ts'
import { previousContent } from './previous-content.ts'
import type { Span } from './spans.ts'

/**
 * The words of a call by the convention that the span follows: the current one (1.37 and later), the previous one
 * (1.36 and before), or OpenLLMetry's numbered attributes. Where a span follows several, the newest that tells a part counts. Pure.
 */
export const contentOf = (span: Span): Content => {
  const known = [currentContent(span), previousContent(span), indexedContent(span)]
  const messages = known.find((content) => content.messages !== undefined)?.messages
  const choices = known.find((content) => content.choices !== undefined)?.choices
  const tools = known.find((content) => content.tools !== undefined)?.tools
  return {
    ...(messages !== undefined && { messages }),
    ...(choices !== undefined && { choices }),
    ...(tools !== undefined && { tools }),
    unread: known.flatMap(({ unread }) => unread),
  }
}
