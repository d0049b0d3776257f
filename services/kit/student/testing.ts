import { seededRandom } from '../statistics/index.ts'
import type { TrainingExample } from './corpus.ts'

const words = {
  bill: ['invoice', 'payment', 'amount', 'overdue', 'account', 'euros'],
  travel: ['flight', 'hotel', 'luggage', 'boarding', 'departure', 'passport'],
  garden: ['tomato', 'shovel', 'compost', 'seedling', 'watering', 'hedge'],
}
const common = [
  'please',
  'the',
  'about',
  'today',
  'thanks',
  'hello',
  'question',
  'my',
  'with',
  'need',
]

/**
 * Requests of as many kinds as asked (2 or 3), made of a kind's own words and common ones. `noise` (0 to 1) is how many
 * carry another kind's label, so that nobody can answer them all.
 */
export const someRequests = (
  count: number,
  options: { readonly seed: number; readonly kinds?: number; readonly noise?: number },
): TrainingExample[] => {
  const { seed, kinds = 3, noise = 0 } = options
  const random = seededRandom(seed)
  const topics = Object.entries(words).slice(0, kinds)
  const pick = (from: readonly string[]): string => from[random.below(from.length)] ?? ''
  return Array.from({ length: count }, (_, index) => {
    const at = random.below(kinds)
    const [label = '', own = []] = topics[at] ?? []
    const other = topics[(at + 1) % kinds]?.[0] ?? ''
    const text = Array.from({ length: 12 }, () => pick(random.unit() < 0.3 ? own : common))
    return {
      text: text.join(' '),
      label: random.unit() < noise ? other : label,
      group: `group ${index % Math.ceil(count / 2)}`,
    }
  })
}
