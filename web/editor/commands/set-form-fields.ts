import { findNode } from '../document-index.ts'
import { edit } from '../document.ts'
import type { Json } from '#shared/json.ts'
import { canEdit, defineCommand } from './command.ts'

/** Puts other fields in place of a form's: one added, moved or taken away is one thing to undo, apart from typing. */
export const setFormFields = defineCommand<{ nodeId: string; fields: Json[]; announce: string }>({
  id: 'setFormFields',
  label: 'Change the form',
  history: 'step',
  isEnabled: (state, { nodeId }) => canEdit(state) && findNode(state.document, nodeId) !== undefined,
  run: ({ document }, { nodeId, fields, announce }) => ({
    patch: edit(document, (draft) => {
      const node = draft.nodes.find(({ id }) => id === nodeId)
      if (node !== undefined) node.params['fields'] = fields
    }),
    announce,
  }),
})
