/** One level of a step path: a step of that scope, and which of its rounds the path goes on in. */
export interface Level {
  /** '' for the run, `each[3]` for a round in it. */
  scope: string
  id: string
  /** The path up to here: `each`, `each[3]/charge`. */
  path: string
  round: number | undefined
  /** The name of a step in the code of this one. */
  inner: string | undefined
}

/** The steps a path goes through, from the outside in: `each[3]/pay#ask` is in `each`, then `pay`. */
export function levelsOf(path: string): Level[] {
  const levels: Level[] = []
  let scope = ''
  for (const part of path.split('/')) {
    const [, id = part, round, inner] = /^([^[#]*)(?:\[(\d+)\])?(?:#(.*))?$/s.exec(part) ?? []
    const at = scope === '' ? id : `${scope}/${id}`
    levels.push({ scope, id, path: at, round: round === undefined ? undefined : Number(round), inner })
    scope = round === undefined ? at : `${at}[${round}]`
  }
  return levels
}
