import { addNote } from './flow-fields.ts'
import { moveEarlier, moveLater, tidy, toggleKeepTidy } from './arrange.ts'
import { cut, duplicate } from './clipboard.ts'
import { toggleCodeCompare, toggleCodeFull } from './code-view.ts'
import type { Command } from './command.ts'
import { deleteLeavingGap, deleteSelection } from './delete-selection.ts'
import { redo, undo } from './history.ts'
import { nudgeDown, nudgeLeft, nudgeRight, nudgeUp } from './move-steps.ts'
import * as panels from './panels.ts'
import * as select from './select.ts'
import { toggleDisabled } from './step-fields.ts'

/** Every command that needs no more than the state: keys, menus and the palette read this list. */
export const commands: readonly Command[] = [
  panels.openAdd,
  panels.openStep,
  panels.startRenaming,
  panels.testStep,
  toggleDisabled,
  panels.openReplace,
  panels.openConnect,
  panels.openDisconnect,
  duplicate,
  cut,
  deleteSelection,
  deleteLeavingGap,
  moveEarlier,
  moveLater,
  addNote,
  undo,
  redo,
  tidy,
  toggleKeepTidy,
  select.goNext,
  select.goPrevious,
  select.goLeft,
  select.goRight,
  select.selectAll,
  select.selectBefore,
  select.selectAfter,
  nudgeUp,
  nudgeDown,
  nudgeLeft,
  nudgeRight,
  panels.zoomIn,
  panels.zoomOut,
  panels.zoomActual,
  panels.zoomFit,
  panels.zoomSelection,
  panels.toggleOutline,
  panels.toggleDrawer,
  panels.showCameIn,
  panels.showCameOut,
  toggleCodeFull,
  toggleCodeCompare,
  panels.openPublish,
  panels.openSettings,
  panels.openPalette,
  panels.openShortcuts,
  panels.escape,
]
