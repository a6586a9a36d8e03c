import { useEffect } from 'react'
import type { Flow } from '#shared/flow.ts'
import { showToast } from '../../ui/toast.ts'
import { undo } from '../commands/history.ts'
import { deleteLeavingGap, deleteSelection } from '../commands/delete-selection.ts'
import { indexOf } from '../document-index.ts'
import { useEditorStore } from '../store.ts'

const labels = new Set([deleteSelection.label, deleteLeavingGap.label])

/** Nobody is asked before a step goes; what went, and who used its data, is said afterwards, with the way back. */
export function useRemovalToast(): void {
  const editor = useEditorStore()
  useEffect(
    () =>
      editor.store.subscribe((state, before) => {
        const entry = state.history.past.at(-1)
        if (state.history.past.length <= before.history.past.length || entry === undefined || !labels.has(entry.label)) return
        const gone = before.document.nodes.filter((node) => !indexOf(state.document).nodes.has(node.id)).map((node) => node.id)
        if (gone.length === 0) return
        const users = stepsThatName(state.document, gone)
        showToast({
          id: 'removed',
          title: state.session.announcement.text,
          ...(users === 0 ? {} : { description: users === 1 ? 'One step used its data.' : `${users} steps used its data.` }),
          action: {
            label: 'Undo',
            onSelect() {
              // It means this removal, and nothing that was done after it.
              if (editor.store.getState().history.past.at(-1) === entry) editor.run(undo, undefined)
            },
          },
        })
      }),
    [editor],
  )
}

function stepsThatName(flow: Flow, ids: readonly string[]): number {
  const names = new RegExp(String.raw`\bsteps\.(${ids.join('|')})\b`)
  return flow.nodes.filter((node) => names.test(JSON.stringify(node.params))).length
}
