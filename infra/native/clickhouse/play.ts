import { readFileSync } from 'node:fs'

/** The page at /play: a query, its result, its time. It calls this server and nothing else. */
export const playPage = readFileSync(new URL('./play.html', import.meta.url), 'utf8')
