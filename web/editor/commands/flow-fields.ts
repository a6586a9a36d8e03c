import { edit } from '../document.ts'
import { noteSize } from '../layout/measures.ts'
import { idsOf, stepIdFor } from '../step-id.ts'
import type { FlowNode } from '#shared/flow.ts'
import { canEdit, defineCommand } from './command.ts'

export const renameFlow = defineCommand<{ name: string }>({
  id: 'renameFlow',
  label: 'Rename the flow',
  history: 'step',
  isEnabled: canEdit,
  run({ document }, { name }) {
    const said = name.trim().slice(0, 200)
    if (said === '' || said === document.name) return undefined
    return {
      patch: edit(document, (draft) => {
        draft.name = said
      }),
      announce: `The flow is now called ${said}`,
    }
  },
})

/** Where the flow's steps may call; null when that is left to the workspace. */
export const setReach = defineCommand<{ allow: readonly string[] | null }>({
  id: 'setReach',
  label: 'Change where the flow may call',
  history: 'step',
  isEnabled: canEdit,
  run: ({ document }, { allow }) => ({
    patch: edit(document, (draft) => {
      if (allow === null) delete draft.settings.egress
      else draft.settings.egress = { allow: [...allow] }
    }),
    announce:
      allow === null ? 'The flow may call wherever its workspace may' : 'The flow may call only the hosts that are listed',
  }),
})

/** A piece of paper beside the flow, for people to read. */
export const addNote = defineCommand({
  id: 'addNote',
  label: 'Add a note',
  shortcuts: ['Shift+N'],
  history: 'step',
  isEnabled: (state) => canEdit(state) && state.catalog.has('note'),
  run({ document, session }) {
    const beside = document.nodes.find((node) => node.id === session.selection.at(-1)) ?? document.nodes[0]
    const note: FlowNode = {
      id: stepIdFor('note', idsOf(document)),
      type: 'note',
      position: { x: (beside?.position.x ?? 0) - noteSize.width - 48, y: beside?.position.y ?? 0 },
      size: noteSize,
      params: { text: '' },
      settings: {},
    }
    return {
      patch: edit(document, (draft) => {
        draft.nodes.push(note)
      }),
      session: { selection: [note.id], renaming: note.id },
      announce: 'Note added',
    }
  },
})
