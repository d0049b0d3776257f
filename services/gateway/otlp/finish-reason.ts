import { wordOf } from './values.ts'

/** OpenAI's finish reasons by what the conventions and the providers call them, in lower case. */
const words: Readonly<Record<string, string>> = {
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  safety: 'content_filter',
  refusal: 'content_filter',
}

/** OpenAI's word for why a model stopped; another word stays as it is, in lower case. */
export const finishReasonOf = (given: unknown): string => {
  const word = wordOf(given).toLowerCase().slice(0, 64)
  return (Object.hasOwn(words, word) ? words[word] : undefined) ?? word
}
