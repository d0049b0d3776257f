import { loadSchema, topics } from '../../schemas/index.ts'

/** The registry does not answer yet; worth another try. */
export class RegistryAway extends Error {
  override readonly name = 'RegistryAway'
}

const answerWithinMs = 10_000

const ask = async (method: string, address: string, body: object): Promise<void> => {
  let answer: Response
  let said: string
  try {
    answer = await fetch(address, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerWithinMs),
    })
    said = await answer.text()
  } catch (error) {
    throw new RegistryAway(`the schema registry does not answer at ${address}`, { cause: error })
  }
  if (answer.ok) return
  const because = `the schema registry refuses ${address}: ${answer.status} ${said.slice(0, 500)}`
  throw answer.status >= 500 ? new RegistryAway(because) : new Error(because)
}

/**
 * Registers the schema of every topic as `<topic>-value`, readable both ways for ever (FULL_TRANSITIVE): producers in any
 * language find it there and register none of their own. What is registered stays. Throws `RegistryAway`, or Error where a
 * schema is refused.
 */
export const ensureSchemas = async (registryUrl: string): Promise<void> => {
  for (const topic of topics.recordTopics) {
    const subject = encodeURIComponent(`${topic.name}-value`)
    await ask('PUT', `${registryUrl}/config/${subject}`, { compatibility: 'FULL_TRANSITIVE' })
    await ask('POST', `${registryUrl}/subjects/${subject}/versions`, {
      schemaType: 'AVRO',
      schema: loadSchema(topic.schema),
    })
  }
}
