import type { Evidence, Violation } from './evidence.ts'

/** A key of another workspace is told that nothing is there, and its lists are empty. */
export function ownWorkspaceOnly({ foreign, runs }: Evidence): Violation[] {
  const ids = runs.map((run) => run.id)
  return foreign.flatMap(({ path, status, text }) => {
    if (status === 0 || status >= 500) return []
    const isList = path.includes('?') || !/(run|flow)_/.test(path)
    const isNaming = isList && ids.some((id) => text.includes(id))
    if (status === 404 || (isList && !isNaming)) return []
    return [
      { invariant: 'I19', runId: undefined, what: `${path} of another workspace was answered ${status}: ${text.slice(0, 200)}` },
    ]
  })
}
