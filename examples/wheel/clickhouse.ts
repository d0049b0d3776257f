/** Where ClickHouse answers, and who asks. */
export interface ClickHouseAddress {
  readonly url: string
  readonly user: string
  readonly password: string
}

/** Asks ClickHouse over HTTP; `params` are bound as `{name:Type}`. */
export type Ask = <Row>(
  sql: string,
  params?: Readonly<Record<string, string | number>>,
) => Promise<readonly Row[]>

/** A query function for one ClickHouse; rejects with ClickHouse's own words. */
export const askClickHouse =
  ({ url, user, password }: ClickHouseAddress): Ask =>
  async <Row>(sql: string, params: Readonly<Record<string, string | number>> = {}) => {
    const query = new URLSearchParams({ default_format: 'JSONEachRow' })
    query.set('output_format_json_quote_64bit_integers', '0')
    for (const [name, value] of Object.entries(params)) query.set(`param_${name}`, String(value))
    const response = await fetch(`${url}/?${query}`, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
      body: sql,
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`ClickHouse: ${text.slice(0, 500)}`)
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row)
  }
