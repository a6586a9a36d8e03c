import type { StatusKind } from '../../ui/status-chip.tsx'
import type { CanvasState, StepState } from '../state.ts'
import { findNode } from '../document-index.ts'

/**
 * The one state a card shows. A step that is off is nothing else. While something is being run that is what counts;
 * then what is missing, since a step that isn't finished can't have a result worth showing.
 */
export function stepState(state: CanvasState, id: string): StepState {
  const node = findNode(state.document, id)
  const progress = state.overlay.steps.get(id)?.state
  if (progress === 'not-reached') return progress
  if (node?.settings.disabled === true) return 'off'
  if (progress === 'running' || progress === 'waiting' || progress === 'needs-you') return progress
  if (state.overlay.problemOf.get(id)?.severity === 'error') return 'unfinished'
  return progress ?? 'idle'
}

export const stateIcons: { [S in StepState]?: StatusKind } = {
  running: 'running',
  worked: 'worked',
  failed: 'failed',
  waiting: 'waiting',
  'needs-you': 'needs-you',
  stale: 'stale',
}

export const stateWords: { [S in StepState]: string } = {
  idle: '',
  unfinished: 'Not finished',
  running: 'Running',
  worked: 'Worked',
  failed: 'Failed',
  waiting: 'Waiting',
  'needs-you': 'Needs a decision',
  stale: 'May be out of date',
  off: 'Off – data passes through',
  'not-reached': 'Not reached',
}
