import type { Problem } from './state.ts'

/** Problems of this document: what is known here at once, and what only the server can tell, each said once. */
export function mergedProblems(here: readonly Problem[], fromServer: readonly Problem[], ids: ReadonlySet<string>): Problem[] {
  const seen = new Set<string>()
  return [...here, ...fromServer].filter((problem) => {
    if (problem.nodeId !== undefined && !ids.has(problem.nodeId)) return false
    const key = [problem.nodeId, problem.code, problem.param, problem.edge, problem.line, problem.column].join(' ')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
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
