import type { CallKind } from '../code/runner/messages.ts'

/** Something code asked for: its place in the order of asking, what it is, and what tells it from anything else. */
export interface CallAsked {
  number: number
  kind: CallKind
  name: string
  times?: number
  /** Of its options. */
  hash: string
}

/** Lines of the code's own up to here are written: after so many results, so many lines. */
export type LinesMark = [delivered: number, line: number]

/** Whether the code gave it a name of its own, by which a new attempt finds it again. */
export function isNamed(kind: CallKind): boolean {
  return kind !== 'fetch' && kind !== 'state.set' && kind !== 'once' && kind !== 'files.save' && !isReadAnew(kind)
}

/** Whether a new attempt of the code asks for it again, because it may be another one by then. */
export function isReadAnew(kind: CallKind): boolean {
  return kind === 'state.get' || kind === 'secrets.get' || kind === 'files.read'
}

/** As it stands in the code. */
export function describeCall({ kind, name, times = 1 }: Pick<CallAsked, 'kind' | 'name' | 'times'>): string {
  const shown = JSON.stringify(name)
  const again = times > 1 ? ` (number ${times} of that name)` : ''
  if (kind === 'fetch') return `fetch ${shown}${again}`
  return isNamed(kind) ? `step.${kind}(${shown})${again}` : `${name}${again}`
}
