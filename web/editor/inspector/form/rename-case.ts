import { isJsonObject } from '#shared/is-json-object.ts'
import { canEdit, defineCommand } from '../../commands/command.ts'
import { edit } from '../../document.ts'
import { findNode } from '../../document-index.ts'

/** Renames one way out of a switch, and with it the lines that leave by it. */
export const renameCase = defineCommand<{ nodeId: string; index: number; id: string }>({
  id: 'renameCase',
  label: 'Rename a way',
  history: 'step',
  isEnabled: (state, { nodeId }) => canEdit(state) && findNode(state.document, nodeId) !== undefined,
  run({ document }, { nodeId, index, id }) {
    const cases = findNode(document, nodeId)?.params['cases']
    const before = Array.isArray(cases) ? cases[index] : undefined
    const isTaken = Array.isArray(cases) && cases.some((other) => other !== before && isJsonObject(other) && other['id'] === id)
    if (!isJsonObject(before) || id === '' || isTaken || before['id'] === id) return undefined
    return {
      patch: edit(document, (draft) => {
        const node = draft.nodes.find((other) => other.id === nodeId)
        const list = node?.params['cases']
        if (!Array.isArray(list)) return
        list[index] = { ...before, id }
        for (const edge of draft.edges) {
          if (edge.source === nodeId && edge.sourceHandle === before['id']) edge.sourceHandle = id
        }
      }),
    }
  },
})
