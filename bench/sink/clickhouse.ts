import type { StackAddresses } from '../../infra/native/stack-parts.ts'

/** Runs a statement and gives its answer as text. Rejects with ClickHouse's own words. */
export type Ask = (sql: string) => Promise<string>

/** ClickHouse over plain HTTP: the bench's questions must not cost what it measures. */
export const asking =
  ({ clickhouse: { url, user, password } }: StackAddresses): Ask =>
  async (sql) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
      body: sql,
    })
    const said = await answer.text()
    if (!answer.ok) throw new Error(`ClickHouse: ${said.slice(0, 500)}`)
    return said.trim()
  }

/** Makes an empty table like another, without the views that hang on that. */
export const makeLike = async (ask: Ask, table: string, like: string): Promise<void> => {
  await ask(`DROP TABLE IF EXISTS ${table} SYNC`)
  await ask(`CREATE TABLE ${table} AS ${like}`)
}
