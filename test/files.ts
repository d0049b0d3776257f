import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)

/** What git leaves out, by the plain names and `*.ending` patterns of our .gitignore, and git's own folder. */
const ignored = readFileSync(new URL('.gitignore', root), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.replace(/\/$/, ''))
const isLeftOut = (name: string): boolean =>
  name === '.git' ||
  ignored.some((pattern) =>
    pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern,
  )

const walk = (folder: string): readonly string[] =>
  readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter(({ name }) => !isLeftOut(name))
    .flatMap((entry) =>
      entry.isDirectory() ? walk(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
    )

/** Every file of the project as a path from its root, in order; also where it was unpacked without git. */
export const projectFiles: readonly string[] = walk('').toSorted()

/** The text of a file of the project. */
export const readProjectFile = (file: string): string => readFileSync(new URL(file, root), 'utf8')
