import { expect, test } from 'vitest'
import { languageDetector } from './language.ts'

const languageOf = await languageDetector()

test.each([
  ['en', 'Can you move my meeting to Thursday afternoon?'],
  ['en', 'The invoice is wrong, please fix it.'],
  ['de', 'Bitte ändern Sie meine Lieferadresse.'],
  ['fr', 'Je voudrais annuler mon abonnement.'],
  ['es', '¿Puedes enviarme el informe mañana?'],
  ['it', 'Vorrei disdire\nil mio abbonamento.'],
  ['pt', 'Muito obrigado pela ajuda.'],
  ['nl', 'Ik wil mijn abonnement opzeggen.'],
  ['pl', 'Dziękuję bardzo za pomoc.'],
  ['ru', 'Я хочу отменить подписку.'],
  ['ja', '私の注文はどこですか？'],
  ['ar', 'أريد إلغاء اشتراكي.'],
])('%s: %s', (language, text) => {
  expect(languageOf(text)).toBe(language)
})

test.each(['', 'ok', '12345 !!!', '{"a":1}', '\ud800', '???'])('does not know %j', (text) => {
  expect(languageOf(text)).toBe('')
})

test('answers a hundred thousand times from the same memory', () => {
  const before = process.memoryUsage().rss
  for (let i = 0; i < 100_000; i += 1) languageOf('Where is my order?')
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
})
