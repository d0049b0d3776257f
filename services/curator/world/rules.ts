import { readFileSync } from 'node:fs'
import { type Outside, StartFault, text } from '#kit'
import { toolCallChecker } from '../answer/tool-calls.ts'
import { type Policies, readPolicies } from '../policy.ts'
import type { Rules } from '../prepare.ts'
import { languageDetector } from './language.ts'

/** Settings of what calls are judged by. */
export const rulesSettings = {
  policyFile: text(
    'CURATOR_POLICY_FILE',
    'infra/curation.yaml',
    'Curation policy: what is dropped, reviewed or flagged, by workload.',
  ),
}

const readPolicyFile = (path: string): Policies => {
  let yaml: string
  try {
    yaml = readFileSync(path, 'utf8')
  } catch {
    throw new StartFault(`CURATOR_POLICY_FILE: ${path} can't be read`)
  }
  return readPolicies(yaml)
}

/** The policy of CURATOR_POLICY_FILE, a language detector and a judge of tool calls. */
export const rulesOf = async (outside: Pick<Outside, 'settings'>): Promise<Rules> => {
  const { policyFile } = outside.settings(rulesSettings)
  return {
    policies: readPolicyFile(policyFile),
    languageOf: await languageDetector(),
    toolCallFault: toolCallChecker(),
  }
}
