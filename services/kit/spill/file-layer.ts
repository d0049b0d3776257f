/** The few things that a journal does with files; a test puts a full disk in its place. */
export interface FileLayer {
  /** With its parents, for the owner alone (0700). */
  makeFolder(path: string): Promise<void>
  /** Names in a folder, sorted; none where there is no folder. */
  names(path: string): Promise<readonly string[]>
  /** Adds to the end of a file, for the owner alone (0600); resolves when the disk has it. */
  append(path: string, bytes: Uint8Array): Promise<void>
  read(path: string): Promise<Buffer>
  sizeBytes(path: string): Promise<number>
  truncate(path: string, sizeBytes: number): Promise<void>
  /** Writes a small file whole: after a crash it is the old one or the new one. */
  replace(path: string, bytes: Uint8Array): Promise<void>
  /** A file or a whole folder; nothing where there is none. */
  remove(path: string): Promise<void>
  /** Atomic; throws where there is no such path. */
  rename(from: string, to: string): Promise<void>
  /** Sets a file's time to now, and makes it where there is none. */
  touch(path: string): Promise<void>
  /** When it was changed, in the file system's own time, milliseconds; undefined where there is none. */
  changedAtMs(path: string): Promise<number | undefined>
}
