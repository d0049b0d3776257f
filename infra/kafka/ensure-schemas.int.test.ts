import { expect, inject, test } from 'vitest'
import { topics } from '../../schemas/index.ts'
import { ensureSchemas, RegistryAway } from './ensure-schemas.ts'

const { url } = inject('stack').registry

const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()

test('every topic has its schema, once however often it is asked', async () => {
  await ensureSchemas(url)
  await ensureSchemas(url)
  for (const { name } of topics.recordTopics) {
    const versions = await get(`/subjects/${name}-value/versions`)
    expect([name, versions]).toEqual([name, [1]])
    expect(await get(`/config/${name}-value`)).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
  }
})

test('a registry that is not there is told from one that refuses', async () => {
  await expect(ensureSchemas('http://127.0.0.1:1')).rejects.toBeInstanceOf(RegistryAway)
  await expect(ensureSchemas(`${url}/nothing-here`)).rejects.toThrow('refuses')
})
