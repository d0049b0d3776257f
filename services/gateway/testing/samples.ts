import { encodeStudent, sha256, trainStudent } from '#kit'
import type { ModelReference, Promotion } from '#schemas'

const texts = {
  deliver: ['meeting agenda for monday', 'lunch with the team', 'minutes of the board meeting'],
  quarantine: ['cheap pills online offer', 'win money casino offer', 'free pills and money now'],
} as const

const toolNamed = (name: string) => ({ type: 'function', function: { name, parameters: {} } })

/** A request to a workload of two choices. */
export const aRequest = (text: string, change: Readonly<Record<string, unknown>> = {}) => ({
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'Sort the mail.' },
    { role: 'user', content: text },
  ],
  tools: [toolNamed('deliver'), toolNamed('quarantine')],
  metadata: { workload: 'mail' },
  ...change,
})

/** A student of two choices, trained in a blink. */
export const aStudent = () => {
  const examples = Object.entries(texts).flatMap(([label, said]) =>
    [0, 1, 2, 3].flatMap((round) =>
      said.map((text, i) => ({ text: `${text} ${round}`, label, group: `${label}${i}${round}` })),
    ),
  )
  const answer = (name: string): string =>
    JSON.stringify({
      role: 'assistant',
      content: null,
      tool_calls: [{ type: 'function', function: { name, arguments: '{"sure":true}' } }],
    })
  const answers = { deliver: answer('deliver'), quarantine: answer('quarantine') }
  return trainStudent({ examples, answers, seed: 1, folds: 2 }).model
}

/** A student as bytes, and a reference to it. */
export const anArtifact = (change: Partial<ModelReference> = {}) => {
  const bytes = encodeStudent(aStudent())
  const artifactHash = sha256(bytes)
  const reference: ModelReference = {
    candidateId: 'candidate-1',
    kind: 'student',
    model: 'student',
    artifactUri: `models/mail/${artifactHash}.student`,
    artifactHash,
    threshold: null,
    datasetVersion: 'mail@1',
    ...change,
  }
  return { bytes, reference }
}

/** A promotion of this champion. */
export const aPromotion = (champion: ModelReference, revision = 1): Promotion => ({
  workload: 'mail',
  revision,
  verdict: 'promoted',
  reason: '',
  stage: 'serving',
  share: 1,
  champion,
  previousChampion: champion,
  challenger: champion,
  evaluationId: 'evaluation-1',
  evidence: '{}',
  actor: 'promoter',
  triggerId: '',
  decidedAtMs: 5000,
})
