import { forgets, ObjectMissing, type ObjectStore, sha256, type View } from '#kit'
import type { DatasetVersion, SubjectForgotten } from '#schemas'
import type { Affected, ForgetWorld, StoredFile } from '../forget.ts'
import { holdsForgotten, type IsForgotten, parsed, rewrite } from '../rewrite.ts'
import { splits } from '../split.ts'
import type { Content } from '../version.ts'

/** Where versions, records and requests are found. */
export interface Sources {
  readonly objects: Pick<ObjectStore, 'get' | 'list'>
  readonly people: Pick<View<SubjectForgotten>, 'get' | 'values' | 'waitForLatest'>
  readonly versions: Pick<View<DatasetVersion>, 'get' | 'waitForLatest'>
}

interface Folder {
  readonly folder: string
  readonly paths: readonly string[]
}

interface Read extends Folder {
  readonly content: Content | undefined
  readonly bodies: ReadonlyMap<string, Buffer>
}

const foldersOf = (paths: readonly string[]): readonly Folder[] =>
  [...Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('/')))].map(
    ([folder, those]) => ({
      folder,
      paths: those,
    }),
  )

const isFile = (path: string): boolean => path.endsWith('.jsonl')

const splitOfPath = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1, -'.jsonl'.length)

/** Another text for another set of requests: a person who asks anew has a later time. */
const requestsMark = (people: Iterable<SubjectForgotten>): string => {
  let [count, timesMs] = [0, 0]
  for (const { requestedAtMs } of people) {
    count += 1
    timesMs += requestedAtMs
  }
  return `${count}/${timesMs}`
}

/** The object, or nothing where it is gone in the meantime. */
const bodyOf = async (path: string, { objects }: Sources): Promise<Buffer | undefined> => {
  try {
    return await objects.get(path)
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined
    throw error
  }
}

const read = async (one: Folder, sources: Sources): Promise<Read> => {
  const bodies = new Map<string, Buffer>()
  for (const path of one.paths.filter(isFile)) {
    const body = await bodyOf(path, sources)
    if (body !== undefined) bodies.set(path, body)
  }
  const manifest = await bodyOf(`${one.folder}/manifest.json`, sources)
  const content = manifest && (parsed(manifest.toString()) as Content | undefined)
  return { ...one, bodies, content }
}

const isWhole = ({ content, bodies }: Read): boolean =>
  content !== undefined &&
  splits.every((split) => [...bodies.keys()].some((path) => splitOfPath(path) === split))

const filesOf = ({ bodies }: Read): readonly StoredFile[] =>
  [...bodies].map(([path, body]) => ({ path, sha256: sha256(body), sizeBytes: body.length }))

const affectedOf = (one: Read, isForgotten: IsForgotten, { versions }: Sources): Affected => {
  const { folder, content, paths } = one
  const texts = Object.fromEntries(
    [...one.bodies].map(([path, body]) => [splitOfPath(path), body.toString()]),
  )
  const last = content === undefined ? undefined : versions.get(content.workload)
  return {
    folder,
    content,
    files: filesOf(one),
    rewritten:
      content !== undefined && isWhole(one) ? rewrite(content, texts, isForgotten) : undefined,
    hasReceipt: paths.some((path) => path.startsWith(`${folder}/forgotten-`)),
    current: last?.datasetVersion === content?.datasetVersion ? last : undefined,
  }
}

const mustGo = (one: Read, isForgotten: IsForgotten): boolean =>
  one.paths.some((path) => path.startsWith(`${one.folder}/forgotten-`)) ||
  [...one.bodies.values()].some((body) => holdsForgotten(body.toString(), isForgotten))

/**
 * The object store's own list is what counts: also versions that no topic remembers are found. A whole version is read once
 * for a set of requests, one at a time; while nobody is forgotten nothing is.
 */
export const storedVersions = (sources: Sources): ForgetWorld => {
  const { objects, people, versions } = sources
  const isForgotten: IsForgotten = (subject, eventTimeMs) =>
    forgets(people.get(subject), eventTimeMs)
  const clean = new Map<string, string>()
  const take = async (folder: Folder, mark: string): Promise<Affected | undefined> => {
    const one = await read(folder, sources)
    if (mustGo(one, isForgotten)) return affectedOf(one, isForgotten, sources)
    if (isWhole(one)) clean.set(folder.folder, mark)
    return undefined
  }
  const suspects = async (mark: string): Promise<readonly Folder[]> =>
    foldersOf(await objects.list('datasets/')).filter(
      ({ folder, paths }) => paths.some(isFile) && clean.get(folder) !== mark,
    )
  const search = async (mark: string, versionsMax: number, signal: AbortSignal) => {
    const found: Affected[] = []
    for (const folder of await suspects(mark)) {
      if (found.length >= versionsMax || signal.aborted) break
      const affected = await take(folder, mark)
      if (affected !== undefined) found.push(affected)
    }
    return found
  }
  return {
    affected: async (versionsMax, signal) => {
      await Promise.all([people.waitForLatest(), versions.waitForLatest()])
      const mark = requestsMark(people.values())
      return mark.startsWith('0/') ? [] : search(mark, versionsMax, signal)
    },
  }
}
