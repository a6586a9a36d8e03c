import { renameNode } from '#shared/rename-node.ts'
import { NodeId } from '#shared/flow.ts'
import { patchBetween } from '../document.ts'
import { findNode } from '../document-index.ts'
import { canEdit, defineCommand } from './command.ts'

/** Changes what expressions and code call a step, and every reference with it. */
export const setStepId = defineCommand<{ nodeId: string; id: string }>({
  id: 'setStepId',
  label: 'Change the short name',
  history: 'step',
  isEnabled: (state, { nodeId, id }) =>
    canEdit(state) &&
    findNode(state.document, nodeId) !== undefined &&
    NodeId.safeParse(id).success &&
    findNode(state.document, id) === undefined,
  run({ document, session }, { nodeId, id }) {
    const follow = (known: string | undefined) => (known === nodeId ? id : known)
    return {
      patch: patchBetween(document, renameNode(document, nodeId, id)),
      session: { selection: session.selection.map((known) => follow(known) ?? known), openStepId: follow(session.openStepId) },
      announce: `Now called ${id} in expressions and code`,
    }
  },
})
