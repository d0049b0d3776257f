/** The world failed, not the record: the same record may pass later, so the runtime retries it and commits nothing. */
export class Transient extends Error {
  override readonly name = 'Transient'
}

/** A start that can't go on: wrong settings, a missing program. Its message is for a person and has no stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault'
}

/** An object of that path stands already, with other bytes. */
export class ObjectConflict extends Error {
  override readonly name = 'ObjectConflict'
}

/** There is no object of that path. */
export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing'
}

/** An address that may not be asked: private, local or not HTTP. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/** ClickHouse understood a statement and refused it. */
export class ClickHouseError extends Error {
  override readonly name = 'ClickHouseError'
  /** ClickHouse's error code, as in `system.errors`. */
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
