import type { EditState } from './template-edit.ts'

// As in the document's history: what is typed without a longer pause is taken back in one go.
const mergeWithinMs = 800

/** The states a field went through since it was last changed from outside. */
export interface EditHistory {
  past: EditState[]
  future: EditState[]
  lastAtMs: number
}

export const emptyEditHistory: EditHistory = { past: [], future: [], lastAtMs: Number.NEGATIVE_INFINITY }

/** Remembers how it was before a change; typing in one go is one step. */
export function remember(history: EditHistory, before: EditState, atMs: number, isTyping: boolean): EditHistory {
  const merges = isTyping && history.past.length > 0 && atMs - history.lastAtMs < mergeWithinMs
  return {
    past: merges ? history.past : [...history.past, before],
    future: [],
    lastAtMs: isTyping ? atMs : Number.NEGATIVE_INFINITY,
  }
}

/** Goes one step back or forth; undefined when there is none, so that the flow's own undo may take over. */
export function travel(
  history: EditHistory,
  now: EditState,
  direction: 'back' | 'forth',
): { state: EditState; history: EditHistory } | undefined {
  const from = direction === 'back' ? history.past : history.future
  const state = from.at(-1)
  if (state === undefined) return undefined
  const rest = from.slice(0, -1)
  return {
    state,
    history:
      direction === 'back'
        ? { past: rest, future: [...history.future, now], lastAtMs: Number.NEGATIVE_INFINITY }
        : { past: [...history.past, now], future: rest, lastAtMs: Number.NEGATIVE_INFINITY },
  }
}
