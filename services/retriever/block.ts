/** A piece of a document: a heading with its level, 1 to 6, or a paragraph. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }

/** White space as one space each, none at the ends. */
export const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** A paragraph, or nothing where the text says nothing. */
export const paragraphs = (text: string): readonly Block[] =>
  text === '' ? [] : [{ kind: 'paragraph', text }]
