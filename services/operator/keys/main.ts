import { parseArgs } from 'node:util'
import { createApiKey, kitSettings, readSettings, StartFault, secretBytesMin } from '#kit'
import { clientOf, expiryOf, scopesOf, WrongArgument } from './arguments.ts'
import { keyTable } from './key-table.ts'
import { addToFile, keysIn } from './world/keys-on-disk.ts'

const usage = `npm run keys -- COMMAND [options]
  create --client NAME --scopes publish,infer [--expires 90d]
                           makes a key and prints it, once
  list                     every key, without its secret part
  revoke ID                ends a key; services heed it within a second
The file is API_KEYS_FILE; create needs API_KEYS_SECRET, at least 32 bytes, the same as the services have.`

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const { apiKeysFile, apiKeysSecret } = kitSettings

const create = (path: string, secret: string, values: Record<string, string | undefined>): void => {
  if (Buffer.byteLength(secret) < secretBytesMin)
    throw new WrongArgument(`${apiKeysSecret.env} must have at least ${secretBytesMin} bytes.`)
  const nowMs = Date.now()
  const client = clientOf(values['client'])
  const scopes = scopesOf(values['scopes'])
  const expiresAt = expiryOf(values['expires'], nowMs)
  // A file that is no file of keys is not written to.
  keysIn(path)
  const wish = { client, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) }
  const { key, entry } = createApiKey(wish, secret, nowMs)
  addToFile(path, entry)
  say(key)
}

const revoke = (path: string, id = ''): void => {
  const entry = keysIn(path).get(id)
  if (entry === undefined) throw new WrongArgument(`There is no key ${id} in ${path}.`)
  if (!entry.disabled) addToFile(path, { ...entry, disabled: true })
  say(`${id} of ${entry.client} is revoked.`)
}

const readWords = () =>
  parseArgs({
    allowPositionals: true,
    options: {
      client: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })

const keys = (): void => {
  const { values, positionals } = readWords()
  const { help, ...words } = values
  const [command, id] = positionals
  if (help || command === undefined) {
    say(usage)
    return
  }
  const settings = readSettings({ path: apiKeysFile, secret: apiKeysSecret }, process.env)
  if (settings.path === '') throw new WrongArgument(`${apiKeysFile.env} must be set.`)
  if (command === 'create') create(settings.path, settings.secret, words)
  else if (command === 'list') say(keyTable(keysIn(settings.path).values(), Date.now()))
  else if (command === 'revoke') revoke(settings.path, id)
  else throw new WrongArgument(`There is no command ${command}.\n\n${usage}`)
}

const isForPerson = (error: unknown): error is Error =>
  error instanceof WrongArgument ||
  error instanceof StartFault ||
  (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))

try {
  keys()
} catch (error) {
  if (!isForPerson(error)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
