const longestName = 60
/** Names that can't be mistaken for several, and hold nothing that can't be seen. */
const plainName = /^[^\s.[\]"\p{C}]+$/u

/**
 * A place in data as people read it: `customer.email`. Names are a stranger's: those with dots or marks in them are
 * quoted, what can't be seen or turns text round is written out, and what is very long is cut.
 */
export function fieldPath(outer: string, name: string): string {
  const short = name.length > longestName ? `${name.slice(0, longestName)}…` : name
  if (plainName.test(short)) return outer === '' ? short : `${outer}.${short}`
  const written = JSON.stringify(short).replaceAll(
    /[\p{C}\u2028\u2029]/gu,
    (mark) => `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
  return `${outer}[${written}]`
}

/** Whether a place lies in another one. */
export function isInside(path: string, outer: string): boolean {
  if (path === outer || !path.startsWith(outer)) return false
  return outer === '' || path[outer.length] === '.' || path[outer.length] === '['
}
