/** The world failed, not the record: the same record may pass later, so the runtime retries it and commits nothing. */
export class Transient extends Error {
  override readonly name = 'Transient'
}

/** A start that can't go on: wrong settings, a missing program. Its message is for a person and has no stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault'
}
