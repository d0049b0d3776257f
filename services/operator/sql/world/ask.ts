/** Where ClickHouse answers, and who asks. */
export interface Asking {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly database: string
  /** Whether statements may change anything. */
  readonly mayWrite: boolean
  /** ClickHouse's name of the form of an answer. */
  readonly format: string
  /** Values of `{name:Type}` in the statement. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** A statement's answer as text, or why there is none. */
export interface Answer {
  readonly ok: boolean
  readonly text: string
}

const reasonOf = (said: string): string =>
  said
    .replace(/^Code: (\d+)\. DB::Exception: /, 'ClickHouse $1: ')
    .replace(/ \(version [\d.]+[^)]*\)\s*$/, '')
    .trim()

const send = (sql: string, asking: Asking, readonly: boolean): Promise<Response> => {
  const settings = new URLSearchParams({
    database: asking.database,
    default_format: asking.format,
    ...(readonly ? { readonly: '1' } : {}),
  })
  for (const [name, value] of Object.entries(asking.parameters ?? {}))
    settings.set(`param_${name}`, value)
  return fetch(`${asking.url}/?${settings}`, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': asking.user, 'X-ClickHouse-Key': asking.password },
    body: sql,
  })
}

/** ClickHouse's READONLY about the setting itself: a user who is read-only already may not say so again. */
const isReadonlyAlready = (said: string): boolean =>
  /^Code: 164\..*Cannot modify 'readonly' setting/.test(said)

/** Sends one statement. Never rejects. */
export const askClickHouse = async (sql: string, asking: Asking): Promise<Answer> => {
  try {
    const answer = await send(sql, asking, !asking.mayWrite)
    const text = await answer.text()
    if (answer.ok) return { ok: true, text }
    if (asking.mayWrite || !isReadonlyAlready(text)) return { ok: false, text: reasonOf(text) }
    return askClickHouse(sql, { ...asking, mayWrite: true })
  } catch {
    return { ok: false, text: `ClickHouse does not answer at ${asking.url}` }
  }
}
