import { findNode } from '../document-index.ts'
import { edit } from '../document.ts'
import type { Json } from '#shared/json.ts'
import { canEdit, defineCommand } from './command.ts'

/** Puts other fields in place of those a start asks for: one added, moved or taken away is one thing to undo, apart from typing. */
export const setFormFields = defineCommand<{ nodeId: string; param: string; value: Json | undefined; announce: string }>({
  id: 'setFormFields',
  label: 'Change the fields',
  history: 'step',
  isEnabled: (state, { nodeId }) => canEdit(state) && findNode(state.document, nodeId) !== undefined,
  run: ({ document }, { nodeId, param, value, announce }) => ({
    patch: edit(document, (draft) => {
      const node = draft.nodes.find(({ id }) => id === nodeId)
      if (node === undefined) return
      if (value === undefined) delete node.params[param]
      else node.params[param] = value
    }),
    announce,
  }),
})
