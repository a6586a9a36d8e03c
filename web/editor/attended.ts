import type { Problem, Session } from './state.ts'

/**
 * Whether what is wrong is said at its place already. That something isn't filled in yet is no news to who has only
 * just added the step: it is said once they were at the field, or asked for the whole step to work.
 */
export function isSaidAtPlace({ code, nodeId, param }: Problem, attended: Session['attended']): boolean {
  if (code !== 'missing_param' || nodeId === undefined || attended.has(nodeId)) return true
  const names = param?.split(/[.[]/) ?? []
  return names.some((_name, index) => attended.has(attendedField(nodeId, names.slice(0, index + 1).join('.'))))
}

/** How a field of a step is written among what was attended to; a whole step is written as its id. */
export function attendedField(nodeId: string, param: string): string {
  return `${nodeId} ${param}`
}
