import jstat from 'jstat'

const { jStat } = jstat

/** The value below which a standard normal variable stays with this probability, 0 to 1 (±Infinity at its ends). */
export const normalQuantile = (probability: number): number => {
  if (probability === 0) return -Infinity
  if (probability === 1) return Infinity
  return jStat.normal.inv(probability, 0, 1)
}

/** The chance that a standard normal variable is at most `x`. */
export const normalCdf = (x: number): number => jStat.normal.cdf(x, 0, 1)

/** How many standard errors a two-sided interval of this level (0.95) reaches to each side. */
export const criticalValue = (level: number): number => normalQuantile((1 + level) / 2)

const logChoose = (total: number, chosen: number): number =>
  jStat.gammaln(total + 1) - jStat.gammaln(chosen + 1) - jStat.gammaln(total - chosen + 1)

/** x·ln y, 0 where x is 0 even if y is 0 too. */
const timesLog = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(y))

/** The natural logarithm of the chance of exactly `count` successes in `trials`; −Infinity where impossible. */
export const logBinomialPmf = (count: number, trials: number, rate: number): number => {
  if (count < 0 || count > trials) return -Infinity
  return logChoose(trials, count) + timesLog(count, rate) + timesLog(trials - count, 1 - rate)
}

/** The chance of exactly `count` successes in `trials`, each with chance `rate`. */
export const binomialPmf = (count: number, trials: number, rate: number): number =>
  Math.exp(logBinomialPmf(count, trials, rate))

const sumOf = (first: number, last: number, term: (count: number) => number): number => {
  let sum = 0
  for (let count = first; count <= last; count++) sum += term(count)
  return Math.min(sum, 1)
}

/** The chance of at most `count` successes in `trials`, each with chance `rate`; the shorter tail is summed. */
export const binomialCdf = (count: number, trials: number, rate: number): number => {
  if (count < 0) return 0
  if (count >= trials) return 1
  const pmf = (one: number): number => binomialPmf(one, trials, rate)
  if (count <= trials * rate) return sumOf(0, count, pmf)
  return 1 - sumOf(count + 1, trials, pmf)
}

const logBeta = (alpha: number, beta: number): number =>
  jStat.gammaln(alpha) + jStat.gammaln(beta) - jStat.gammaln(alpha + beta)

/**
 * The chance of at most `count` successes in `trials` where the rate itself is only known to follow a beta
 * distribution of shape `alpha`, `beta` (beta-binomial distribution; Skellam 1948).
 */
export const betaBinomialCdf = (
  count: number,
  trials: number,
  alpha: number,
  beta: number,
): number => {
  if (count < 0) return 0
  if (count >= trials) return 1
  const known = logBeta(alpha, beta)
  return sumOf(0, count, (one) =>
    Math.exp(logChoose(trials, one) + logBeta(one + alpha, trials - one + beta) - known),
  )
}

/** The value below which a beta variable of shape `alpha`, `beta` stays with this probability. */
export const betaQuantile = (probability: number, alpha: number, beta: number): number =>
  jStat.beta.inv(probability, alpha, beta)

/** The chance that a chi-square variable exceeds `statistic`: the p-value of a chi-square test. */
export const chiSquarePValue = (statistic: number, degreesOfFreedom: number): number => {
  if (statistic <= 0) return 1
  return Math.min(1, Math.max(0, 1 - jStat.lowRegGamma(degreesOfFreedom / 2, statistic / 2)))
}
