import { expect, test } from 'vitest'
import { one, record, refusal, start } from './memory-registry.ts'

const address = JSON.stringify({
  type: 'record',
  name: 'Address',
  namespace: 'acme',
  fields: [{ name: 'country', type: 'acme.Country' }],
})

const country = JSON.stringify({ type: 'enum', name: 'acme.Country', symbols: ['DE', 'CH'] })

const customer = {
  schema: record(['home', 'Address'], ['work', ['null', 'Address'], null]),
  references: [{ name: 'acme.Address', subject: 'address', version: 1 }],
}

test('references are resolved through their own references', async () => {
  const call = await start()
  expect(await call('POST', '/subjects/customer/versions', customer)).toMatchObject(
    refusal(422, 42201),
  )
  await call('POST', '/subjects/country/versions', { schema: country })
  const references = [{ name: 'acme.Country', subject: 'country', version: -1 }]
  await call('POST', '/subjects/address/versions', { schema: address, references })
  expect(await call('POST', '/subjects/customer/versions', customer)).toMatchObject({
    body: { id: 3, references: customer.references },
  })
  expect((await call('GET', '/subjects/address/versions/latest')).body).toMatchObject({
    references: [{ name: 'acme.Country', subject: 'country', version: 1 }],
  })
  expect((await call('GET', '/schemas/ids/3?format=resolved')).body).toMatchObject({
    schema: expect.stringContaining('"symbols":["DE","CH"]'),
  })
  expect((await call('GET', '/subjects/country/versions/1/referencedby')).body).toEqual([2])
  expect(await call('DELETE', '/subjects/country')).toMatchObject(refusal(422, 42206))
  expect(await call('DELETE', '/subjects/address/versions/1')).toMatchObject(refusal(422, 42206))
})

test('compatibility looks into references', async () => {
  const call = await start()
  await call('POST', '/subjects/country/versions', { schema: country })
  const fewer = { schema: country.replace('"DE",', '') }
  await call('PUT', '/config/country', { compatibility: 'NONE' })
  await call('POST', '/subjects/country/versions', fewer)
  const at = (version: number) => ({
    schema: address,
    references: [{ name: 'acme.Country', subject: 'country', version }],
  })
  await call('POST', '/subjects/address/versions', at(1))
  expect(await call('POST', '/subjects/address/versions', at(2))).toMatchObject(refusal(409, 409))
})

test('normalizing makes one schema of two that differ in attributes and order of references', async () => {
  const call = await start()
  const withMore = (more: object) => ({
    schema: JSON.stringify({ ...JSON.parse(one.schema), ...more }),
  })
  await call('POST', '/subjects/a/versions?normalize=true', withMore({ b: 1, a: 2 }))
  expect(
    await call('POST', '/subjects/a/versions?normalize=true', withMore({ a: 2, b: 1 })),
  ).toMatchObject({ body: { id: 1, version: 1 } })
  await call('PUT', '/config/a', { normalize: true })
  expect(await call('POST', '/subjects/a', withMore({ b: 1, a: 2 }))).toMatchObject({ status: 200 })
})
