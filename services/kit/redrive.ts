import type { LetterDesk, LetterDeskOptions } from './letters.ts'

/** Opens a way to dead letters; nothing connects before it is used. */
export const openLetterDesk = async (options: LetterDeskOptions): Promise<LetterDesk> => {
  const { kafkaLetterDesk } = await import('./adapters/kafka/index.ts')
  return kafkaLetterDesk(options)
}
