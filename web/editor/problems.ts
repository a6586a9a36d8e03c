import type { Problem } from './state.ts'

/** Problems of this document: what is known here at once, and what only the server can tell, each said once. */
export function mergedProblems(here: readonly Problem[], fromServer: readonly Problem[], ids: ReadonlySet<string>): Problem[] {
  const seen = new Set<string>()
  const all = [...here, ...fromServer].filter(({ nodeId }) => nodeId === undefined || ids.has(nodeId))
  const spokenOf = new Set(all.flatMap((problem) => (problem.code === 'code_type' ? [] : [placeOf(problem)])))
  const missing = new Set(all.flatMap(({ code, nodeId, param }) => (code === 'missing_param' ? [`${nodeId} ${param}`] : [])))
  return all.filter((problem) => {
    // What we say in plain words about a place TypeScript needn't say again.
    if (problem.code === 'code_type' && spokenOf.has(placeOf(problem))) return false
    // What isn't there yet can't be read either.
    if (problem.code === 'code_syntax' && missing.has(`${problem.nodeId} ${problem.param}`)) return false
    const key = [problem.nodeId, problem.code, problem.param, problem.edge, problem.line, problem.column].join(' ')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function placeOf({ nodeId, param, line, column }: Problem): string {
  return [nodeId, param, line, column].join(' ')
}

/** The problem each card shows: an error before a warning. */
export function firstProblems(problems: readonly Problem[]): ReadonlyMap<string, Problem> {
  const first = new Map<string, Problem>()
  for (const problem of problems) {
    if (problem.nodeId === undefined) continue
    const known = first.get(problem.nodeId)
    if (known === undefined || (known.severity === 'warning' && problem.severity === 'error')) first.set(problem.nodeId, problem)
  }
  return first
}

/** What is wrong, for a place that already says which step it is about. */
export function messageAtStep({ message }: Problem, name: string): string {
  const prefix = [`"${name}": `, `"${name}" `].find((start) => message.startsWith(start))
  if (prefix === undefined) return message
  const rest = message.slice(prefix.length)
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/**
 * What is wrong with a step as a whole, said above its set-up: problems of a field stand at that field, and that its kind
 * is unknown stands where the set-up would be.
 */
export function wholeStepProblems(problems: readonly Problem[], stepId: string): Problem[] {
  return problems.filter(
    ({ nodeId, param, line, code }) => nodeId === stepId && param === undefined && line === undefined && code !== 'unknown_type',
  )
}
