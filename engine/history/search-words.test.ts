import { expect, test } from 'vitest'
import { searchWords } from './search-words.ts'

test.each([
  ['{"kind":"manual","body":{"name":"Ada Lovelace","n":42}}', ['kind', 'manual', 'body', 'name', 'ada', 'lovelace', 'n', '42']],
  ['ada.lovelace+x@Example.COM', ['ada', 'lovelace', 'x', 'example', 'com']],
  [String.raw`"M\u00fcller\nStra\u00DFe"`, ['müller', 'straße']],
  ['Mu\u0308ller', ['müller']],
  ['order-2024_17/blue', ['order', '2024', '17', 'blue']],
  ['東京 Орёл ４２', ['東京', 'орёл', '42']],
  ['a a A', ['a']],
  [String.raw`cut in the middle of \u00f`, ['cut', 'in', 'the', 'middle', 'of', 'u00f']],
  ['…!? \u0000', []],
])('of %s', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})

test('a lone half of a pair and endless words do no harm', () => {
  expect(searchWords(String.raw`\ud83d x`)).toEqual(['x'])
  expect(searchWords('y'.repeat(5000))).toEqual(['y'.repeat(80)])
})
