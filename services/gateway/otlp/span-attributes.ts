import type { Content } from './call-content.ts'
import { figuresIn } from './figures.ts'
import type { Span } from './spans.ts'
import { type Fields, firstWord } from './values.ts'

const entriesMax = 64
const nameCharactersMax = 128
const valueCharactersMax = 1024

/** Attributes of the app under this prefix are kept, without it. */
const prefix = 'flywheel.'
const readElsewhere = new Set(['flywheel.workload', 'flywheel.request_id'])

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

const ownOf = (attributes: Fields): readonly (readonly [string, string])[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith(prefix) && !readElsewhere.has(name) && isScalar(value)
      ? [[name.slice(prefix.length), String(value)] as const]
      : [],
  )

/** What is kept of a span beside the fields of the log. */
export const attributesIn = (
  span: Span,
  { isStamped, unread }: Pick<Content, 'unread'> & { readonly isStamped: boolean },
): Readonly<Record<string, string>> => {
  const { attributes, parentSpanId } = span
  const ours = {
    source: 'otlp',
    answeredBy: figuresIn(span).answeredModel,
    provider: firstWord(attributes, ['gen_ai.provider.name', 'gen_ai.system']),
    operation: firstWord(attributes, ['gen_ai.operation.name', 'llm.request.type']),
    server: firstWord(attributes, ['server.address']),
    parentSpanId,
    unread: unread.join(' '),
    eventTime: isStamped ? 'stamped at arrival' : '',
  }
  const entries = [...ownOf(attributes).slice(0, entriesMax), ...Object.entries(ours)]
  return Object.fromEntries(
    entries
      .filter(([name, value]) => name !== '' && name.length <= nameCharactersMax && value !== '')
      .map(([name, value]) => [name, value.slice(0, valueCharactersMax).toWellFormed()]),
  )
}
