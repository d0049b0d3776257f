import type { DatasetLine } from '#kit'

/**
 * The answer that each label was given most often, as an assistant message in JSON: the student answers in the production
 * model's own words. Ids of tool calls are left out before counting, they differ in every call.
 */
export const answersByLabel = (
  lines: readonly Pick<DatasetLine, 'label' | 'answer'>[],
): Readonly<Record<string, string>> => {
  const counts = new Map<string, Map<string, number>>()
  for (const { label, answer } of lines) {
    const plain = withoutCallIds(answer)
    const byAnswer = counts.get(label) ?? new Map<string, number>()
    counts.set(label, byAnswer.set(plain, (byAnswer.get(plain) ?? 0) + 1))
  }
  const mostOften = (byAnswer: ReadonlyMap<string, number>): string =>
    [...byAnswer].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? ''
  return Object.fromEntries([...counts].map(([label, byAnswer]) => [label, mostOften(byAnswer)]))
}

const withoutCallIds = (answer: string): string => {
  const message: unknown = JSON.parse(answer)
  return JSON.stringify(message, (key, value) => (key === 'id' ? undefined : value))
}
