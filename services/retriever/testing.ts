import type { Document } from '#schemas'

/** A document of one paragraph. */
export const aDocument = (change: Partial<Document> = {}): Document => ({
  documentId: 'document-1',
  collection: 'manuals',
  title: 'Coffee machine',
  mediaType: 'text/plain',
  content: 'Press the button for ten seconds.',
  uri: 'https://example.org/coffee',
  removed: false,
  eventTimeMs: 1_700_000_000_123,
  attributes: {},
  ...change,
})
