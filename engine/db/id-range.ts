/**
 * The first and the last of some ids. As conditions of a query they say which days of a partitioned table matter, before
 * it is planned; a list of all ids says that too, but is sorted anew for each row that is looked up.
 */
export function idRange(ids: readonly string[]): [first: string | null, last: string | null] {
  let [first = null] = ids
  let last = first
  for (const id of ids) {
    if (first === null || id < first) first = id
    if (last === null || id > last) last = id
  }
  return [first, last]
}
