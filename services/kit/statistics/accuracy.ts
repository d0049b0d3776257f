/** How often each label occurs, the commonest first and equally common ones by name. */
export const countLabels = (labels: Iterable<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const ranked = [...counts].sort(
    ([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1),
  )
  return new Map(ranked)
}

/** The commonest label, the first by name where several are; undefined of none. */
export const majorityLabel = (labels: Iterable<string>): string | undefined =>
  countLabels(labels).keys().next().value

/** The share of answers that equal the truth, place by place. NaN of none. */
export const accuracyOf = (answers: readonly string[], truths: readonly string[]): number => {
  if (answers.length !== truths.length)
    throw new RangeError(`Not pairs: ${answers.length} answers, ${truths.length} truths`)
  return answers.filter((answer, index) => answer === truths[index]).length / answers.length
}
