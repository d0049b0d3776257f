import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const versionOf = (file: string): number => Number(/^v(\d+)[.]avsc$/.exec(file)?.[1] ?? 0)

/** The released versions of a schema, oldest first, as JSON texts. */
export const historyOf = (schema: string, folder: URL): readonly string[] => {
  const own = new URL(`history/${schema}/`, folder)
  if (!existsSync(own)) return []
  return readdirSync(own)
    .filter((file) => versionOf(file) > 0)
    .sort((a, b) => versionOf(a) - versionOf(b))
    .map((file) => readFileSync(new URL(file, own), 'utf8'))
}

/** Copies each schema that differs from its newest release into history; returns the names of those. */
export const releaseSchemas = (folder: URL): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .flatMap((file) => {
      const schema = file.replace(/[.]avsc$/, '')
      const text = readFileSync(new URL(file, folder), 'utf8')
      const history = historyOf(schema, folder)
      if (history.at(-1) === text) return []
      const own = new URL(`history/${schema}/`, folder)
      mkdirSync(own, { recursive: true })
      writeFileSync(new URL(`v${history.length + 1}.avsc`, own), text)
      return [schema]
    })

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const released = releaseSchemas(new URL('./', import.meta.url))
  process.stdout.write(`released: ${released.join(', ') || 'nothing has changed'}\n`)
}
