import { getLIDModel } from 'fasttext.wasm.js'

const confidenceMin = 0.5
const lettersMin = 8
const letters = /\p{L}/gu
/** Labels are Wikipedia's codes, which are ISO 639-1 where they have two letters. */
const label = /^__label__([a-z]{2})$/

/**
 * A detector of languages: fastText's lid.176.ftz (Joulin et al. 2016, arXiv:1612.03651), which its package carries. It
 * answers an ISO 639-1 code, or empty below 8 letters or a probability of .5.
 */
export const languageDetector = async (): Promise<(text: string) => string> => {
  const identification = await getLIDModel()
  const model = await identification.load()
  return (text) => {
    // The model reads one line; half a pair of surrogates would not pass into UTF-8.
    const line = text.replaceAll(/\s+/g, ' ').toWellFormed()
    if ((line.match(letters)?.length ?? 0) < lettersMin) return ''
    const found = model.predict(line, 1, 0)
    const [probability, name] = found.size() === 0 ? [0, ''] : found.get(0)
    found.delete()
    return probability < confidenceMin ? '' : (label.exec(name)?.[1] ?? '')
  }
}
