import type { Patch } from './document.ts'

/** Keys typed less than this apart are undone together. */
export const mergeWithinMs = 800
const entriesKept = 500

export interface HistoryEntry {
  label: string
  undo: Patch
  redo: Patch
  /** What was selected before and after, so that undoing leads the eye to what changed. */
  selectionBefore: readonly string[]
  selectionAfter: readonly string[]
  mergeKey: string | undefined
  atMs: number
}

export interface History {
  past: readonly HistoryEntry[]
  future: readonly HistoryEntry[]
}

export const emptyHistory: History = { past: [], future: [] }

/** Adds what was just done. It forgets what had been undone, and joins the entry before when both are one burst of typing. */
export function record(history: History, entry: HistoryEntry): History {
  const last = history.past.at(-1)
  const joins =
    last !== undefined &&
    entry.mergeKey !== undefined &&
    last.mergeKey === entry.mergeKey &&
    entry.atMs - last.atMs <= mergeWithinMs
  if (!joins) return { past: [...history.past, entry].slice(-entriesKept), future: [] }
  const merged: HistoryEntry = {
    ...entry,
    undo: [...entry.undo, ...last.undo],
    redo: [...last.redo, ...entry.redo],
    selectionBefore: last.selectionBefore,
  }
  return { past: [...history.past.slice(0, -1), merged], future: [] }
}
