import type { RunState } from './run-state.ts'

/** A checkpoint of the run breaks every series of losses, and clears the step it is of. */
export function noteCheckpoint(state: RunState, path: string): void {
  if (state.suspects.size === 0) return
  state.suspects.delete(path)
  for (const suspect of state.suspects.values()) Object.assign(suspect, { losses: 0, alone: 0 })
}
