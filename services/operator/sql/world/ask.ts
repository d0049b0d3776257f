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

/** Sends one statement. Never rejects. */
export const askClickHouse = async (sql: string, asking: Asking): Promise<Answer> => {
  const settings = new URLSearchParams({
    database: asking.database,
    default_format: asking.format,
    ...(asking.mayWrite ? {} : { readonly: '1' }),
  })
  for (const [name, value] of Object.entries(asking.parameters ?? {}))
    settings.set(`param_${name}`, value)
  try {
    const answer = await fetch(`${asking.url}/?${settings}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': asking.user, 'X-ClickHouse-Key': asking.password },
      body: sql,
    })
    const text = await answer.text()
    return answer.ok ? { ok: true, text } : { ok: false, text: reasonOf(text) }
  } catch {
    return { ok: false, text: `ClickHouse does not answer at ${asking.url}` }
  }
}
