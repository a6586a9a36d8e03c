import { edit } from '../document.ts'
import { grid, loopInset } from '../layout/measures.ts'
import type { Point } from '../state.ts'
import { canEdit, chosenStep, defineCommand } from './command.ts'

/** Puts steps where they were dragged to. A flow placed by hand is no longer kept tidy. */
export const moveSteps = defineCommand<{ positions: ReadonlyMap<string, Point> }>({
  id: 'moveSteps',
  label: 'Move',
  history: 'step',
  isEnabled: canEdit,
  run({ document }, { positions }) {
    const patch = edit(document, (draft) => {
      for (const node of draft.nodes) {
        const wanted = positions.get(node.id)
        const to = wanted && node.parent !== undefined ? insideOf(wanted) : wanted
        if (to !== undefined && (to.x !== node.position.x || to.y !== node.position.y)) node.position = { x: to.x, y: to.y }
      }
    })
    return patch.length === 0 ? { session: { dragging: undefined } } : { patch, placed: true, session: { dragging: undefined } }
  },
})

/** What is inside a step stays right of its wall and below its name; to the right and down it makes room for itself. */
function insideOf({ x, y }: Point): Point {
  return { x: Math.max(loopInset.side, x), y: Math.max(loopInset.top, y) }
}

function nudge(id: string, label: string, shortcuts: string[], by: Point) {
  return defineCommand({
    id,
    label,
    shortcuts,
    history: 'merge',
    isEnabled: (state) => canEdit(state) && chosenStep(state) !== undefined,
    run({ document, session }) {
      const moving = new Set(session.selection)
      return {
        patch: edit(document, (draft) => {
          for (const node of draft.nodes) {
            if (!moving.has(node.id)) continue
            const to = { x: node.position.x + by.x, y: node.position.y + by.y }
            node.position = node.parent === undefined ? to : insideOf(to)
          }
        }),
        placed: true,
        mergeKey: session.selection.join(' '),
      }
    },
  })
}

export const nudgeLeft = nudge('nudgeLeft', 'Move the card left', ['Ctrl+Alt+←'], { x: -grid, y: 0 })
export const nudgeRight = nudge('nudgeRight', 'Move the card right', ['Ctrl+Alt+→'], { x: grid, y: 0 })
export const nudgeUp = nudge('nudgeUp', 'Move the card up', ['Ctrl+Alt+↑'], { x: 0, y: -grid })
export const nudgeDown = nudge('nudgeDown', 'Move the card down', ['Ctrl+Alt+↓'], { x: 0, y: grid })
