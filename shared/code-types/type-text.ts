const identifier = /^[A-Za-z_$][\w$]*$/

/** A field's name as a type writes it; any text can be one. */
export function memberName(name: string): string {
  return identifier.test(name) ? name : JSON.stringify(name)
}

/** Words shown on hover. They hold people's own words, which must not be able to end the comment. */
export function docComment(words: string, indent: string): string {
  return `${indent}/** ${words.replaceAll('*/', '*\u200B/').replaceAll(/\s+/g, ' ')} */\n`
}

/** Types as one, each written once. */
export function unionOf(types: readonly string[]): string {
  const different = [...new Set(types)]
  if (different.includes('any')) return 'any'
  return different.length === 0 ? 'never' : different.map((type) => (type.includes('=>') ? `(${type})` : type)).join(' | ')
}

export function listOf(item: string): string {
  return /^[\w.]+$/.test(item) ? `${item}[]` : `Array<${item}>`
}
