/** An answer that is a refusal: HTTP status, and the code that Confluent's REST API documents for it. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const refusal = (code: number, message: string): RegistryError =>
  new RegistryError(Math.trunc(code / 100), code, message)

/** Confluent's documented refusals, by meaning. */
export const refuse = {
  subjectNotFound: (subject: string) => refusal(40401, `Subject '${subject}' not found.`),
  versionNotFound: (version: string | number) => refusal(40402, `Version ${version} not found.`),
  schemaNotFound: (id?: number | string) =>
    refusal(40403, id === undefined ? 'Schema not found' : `Schema ${id} not found`),
  subjectSoftDeleted: (subject: string) =>
    refusal(
      40404,
      `Subject '${subject}' was soft deleted. Set permanent=true to delete permanently`,
    ),
  subjectNotSoftDeleted: (subject: string) =>
    refusal(40405, `Subject '${subject}' was not deleted first before being permanently deleted`),
  versionSoftDeleted: (subject: string, version: number) =>
    refusal(
      40406,
      `Subject '${subject}' Version ${version} was soft deleted. Set permanent=true to delete permanently`,
    ),
  versionNotSoftDeleted: (subject: string, version: number) =>
    refusal(
      40407,
      `Subject '${subject}' Version ${version} was not deleted first before being permanently deleted`,
    ),
  noSubjectConfig: (subject: string) =>
    refusal(40408, `Subject '${subject}' does not have subject-level compatibility configured`),
  noSubjectMode: (subject: string) =>
    refusal(40409, `Subject '${subject}' does not have subject-level mode configured`),
  invalidSchema: (why: string) => refusal(42201, `Invalid schema: ${why}`),
  notServed: (what: string) =>
    refusal(42201, `${what}: this registry serves Avro schemas only, without data contracts`),
  invalidVersion: (version: string) =>
    refusal(
      42202,
      `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ),
  invalidLevel: (valid: readonly string[]) =>
    refusal(42203, `Invalid compatibility level. Valid values are ${valid.join(', ')}`),
  invalidMode: (valid: readonly string[]) =>
    refusal(42204, `Invalid mode. Valid values are ${valid.join(', ')}`),
  notPermitted: (why: string) => refusal(42205, why),
  referenced: (subject: string, version: number) =>
    refusal(
      42206,
      `One or more references exist to the schema {subject=${subject},version=${version}}.`,
    ),
  incompatible: (subject: string, messages: readonly string[]) =>
    new RegistryError(
      409,
      409,
      `Schema being registered is incompatible with an earlier schema for subject "${subject}", details: [${messages.join(', ')}]`,
    ),
  storeFailed: (why: string) => refusal(50001, `Error in the backend data store: ${why}`),
} as const
