/** A word is cut after this many characters: nobody types more, and an index keeps no novels. */
const longestWord = 80

/**
 * The words of a text, each once, as they are looked for: small letters, without accents' variants of writing, split
 * at everything that is neither letter nor digit. JSON's escapes count as the characters they stand for.
 */
export function searchWords(text: string): string[] {
  const plain = text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|[nrtbf"\\/])/g, (_, code: string | undefined) =>
    code === undefined ? ' ' : String.fromCharCode(Number.parseInt(code, 16)),
  )
  const words =
    plain
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return [...new Set(words.map(beginningOf))]
}

/** Counted in characters, so that none is cut in two. */
function beginningOf(word: string): string {
  return word.length <= longestWord ? word : Array.from(word).slice(0, longestWord).join('')
}
