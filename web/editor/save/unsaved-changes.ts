import type { Unsaved } from './restore-unsaved.ts'

/** The part of localStorage that is needed here. */
export type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const keyOf = (flowId: string): string => `holdfast:unsaved:${flowId}`

/** Answers whether there was room for it. */
export function keepUnsaved(storage: TextStorage, flowId: string, unsaved: Unsaved): boolean {
  try {
    storage.setItem(keyOf(flowId), JSON.stringify(unsaved))
    return true
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'QuotaExceededError') return false
    throw cause
  }
}

export function forgetUnsaved(storage: TextStorage, flowId: string): void {
  storage.removeItem(keyOf(flowId))
}

/** What was kept, to be read by `restoreUnsaved`. */
export function findUnsaved(storage: TextStorage, flowId: string): string | undefined {
  return storage.getItem(keyOf(flowId)) ?? undefined
}
