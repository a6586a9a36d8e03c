/** What Windows keeps for devices, with any ending, and files of types that belong to no step. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d|flow|sandbox|workspace)$/i

/**
 * A file name, without its ending, for each step. It follows from the ids alone, so it is the same on every machine:
 * the id itself, unless a file system could take it for another step's or for something else. Then a number is added that
 * says which letters are capitals; an id holds no `-`, so that name can't be another step's.
 */
export function stepFileNames(ids: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>()
  for (const id of new Set(ids)) counts.set(id.toLowerCase(), (counts.get(id.toLowerCase()) ?? 0) + 1)
  return new Map(ids.map((id) => [id, counts.get(id.toLowerCase()) === 1 && !reserved.test(id) ? id : `${id}-${capitalsOf(id)}`]))
}

function capitalsOf(id: string): string {
  const bits = Array.from(id, (letter) => (letter === letter.toLowerCase() ? '0' : '1')).join('')
  return BigInt(`0b${bits}`).toString(16)
}
