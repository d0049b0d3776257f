import type { S3Client } from '@aws-sdk/client-s3'
import { ObjectConflict, ObjectMissing, Transient } from '../../errors.ts'
import type { ObjectStore } from '../../outside.ts'
import { pathParts } from './paths.ts'

type Sdk = typeof import('@aws-sdk/client-s3')

interface Bucket {
  readonly sdk: Sdk
  readonly client: S3Client
}

const load = async (): Promise<Bucket> => {
  const sdk = await import('@aws-sdk/client-s3')
  return { sdk, client: new sdk.S3Client({ forcePathStyle: true }) }
}

const statusOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

const failure = (error: unknown, path: string): Error => {
  if (statusOf(error) === 404) return new ObjectMissing(`no object ${path}`)
  return new Transient(`object store: ${error instanceof Error ? error.name : 'no answer'}`)
}

const keysOf = async (
  { sdk, client }: Bucket,
  where: { readonly Bucket: string; readonly Prefix: string },
): Promise<string[]> => {
  const keys: string[] = []
  for await (const page of sdk.paginateListObjectsV2({ client }, where))
    for (const { Key: key } of page.Contents ?? []) keys.push(key ?? '')
  return keys
}

/**
 * An S3 bucket as an object store. Address, region and keys come from the AWS SDK's own variables (`AWS_ENDPOINT_URL`,
 * `AWS_REGION`, `AWS_ACCESS_KEY_ID` …). Write-once rests on conditional writes (`If-None-Match: *`).
 */
export const s3Store = (bucket: string, prefix: string): ObjectStore => {
  let loaded: Promise<Bucket> | undefined
  const open = (): Promise<Bucket> => {
    loaded ??= load()
    return loaded
  }
  const keyOf = (path: string): string => [prefix, ...pathParts(path)].filter(Boolean).join('/')
  const get = async (path: string): Promise<Buffer> => {
    const { sdk, client } = await open()
    try {
      const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf(path) })
      const { Body: body } = await client.send(command)
      return Buffer.from((await body?.transformToByteArray()) ?? [])
    } catch (error) {
      throw failure(error, path)
    }
  }
  const placeOnce = async (path: string, body: Uint8Array): Promise<boolean> => {
    const { sdk, client } = await open()
    const place = { Bucket: bucket, Key: keyOf(path), Body: body, IfNoneMatch: '*' }
    try {
      await client.send(new sdk.PutObjectCommand(place))
      return true
    } catch (error) {
      if (statusOf(error) === 412) return false
      throw failure(error, path)
    }
  }
  return {
    get,
    put: async (path, body) => {
      const bytes = Buffer.from(body)
      if (await placeOnce(path, bytes)) return
      if (!bytes.equals(await get(path)))
        throw new ObjectConflict(`${path} stands already with other bytes`)
    },
    exists: async (path) => {
      const { sdk, client } = await open()
      try {
        await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: keyOf(path) }))
        return true
      } catch (error) {
        const failed = failure(error, path)
        if (failed instanceof ObjectMissing) return false
        throw failed
      }
    },
    remove: async (path) => {
      const { sdk, client } = await open()
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: keyOf(path) }))
      } catch (error) {
        const failed = failure(error, path)
        if (!(failed instanceof ObjectMissing)) throw failed
      }
    },
    list: async (start) => {
      const bucketed = await open()
      const root = prefix === '' ? '' : `${prefix}/`
      try {
        const keys = await keysOf(bucketed, { Bucket: bucket, Prefix: `${root}${start}` })
        return keys.map((key) => key.slice(root.length)).sort()
      } catch (error) {
        throw failure(error, start)
      }
    },
  }
}
