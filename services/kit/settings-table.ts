import type { Field, Settings } from './settings.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const shown = ({ fallback, secret }: Field<unknown>): string => {
  if (fallback === undefined) return '(must be set)'
  if (secret === true) return fallback === '' ? '(none)' : '(secret)'
  if (Array.isArray(fallback)) return fallback.length === 0 ? '(none)' : `\`${fallback.join(',')}\``
  return fallback === '' ? '(none)' : `\`${String(fallback)}\``
}

/** Settings as a Markdown table, for a README: variable, default, meaning. A secret's default is never shown. */
export const settingsTable = (settings: Settings): string =>
  [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...Object.values(settings).map(
      (field) => `| \`${field.env}\` | ${cell(shown(field))} | ${cell(field.about)} |`,
    ),
  ].join('\n')
