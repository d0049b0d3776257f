import { readdirSync, readFileSync } from 'node:fs'

/** Where ClickHouse answers, and who asks. */
export interface ClickHouseAddress {
  readonly url: string
  readonly user: string
  readonly password: string
}

const folder = new URL('./', import.meta.url)

/** Statements of a DDL file: ours end with a semicolon at a line's end and hold none elsewhere at one. */
export const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '')

/** Our DDL in the order of its files. */
export const ddl = (): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .flatMap((file) => statementsOf(readFileSync(new URL(file, folder), 'utf8')))

/** Creates database and tables; what exists stays. Rejects with ClickHouse's own words. */
export const applyDdl = async ({ url, user, password }: ClickHouseAddress): Promise<void> => {
  for (const statement of ddl()) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
      body: statement,
    })
    const said = await answer.text()
    if (!answer.ok) throw new Error(`ClickHouse refuses the DDL: ${said.slice(0, 500)}`)
  }
}
