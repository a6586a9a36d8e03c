/** Whether the step was asked for inside of a code step. */
export function isInCode(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).includes('#')
}

/** What a step of a run is called: inside of loops with the round it was in, inside of code by its own name there. */
export function stepLabel(path: string, nodeName: string): string {
  const rounds = [...path.matchAll(/\[(\d+)\]\//g)].map(([, index]) => Number(index) + 1)
  const last = path.slice(path.lastIndexOf('/') + 1)
  const inner = last.indexOf('#')
  const name = inner < 0 ? nodeName : `${nodeName} ▸ ${decoded(last.slice(inner + 1))}`
  return rounds.length === 0 ? name : `${name} · ${rounds.join('.')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A name that holds a % of its own.
    return text
  }
}
