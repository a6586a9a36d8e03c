import type { Flow, FlowNode, NodeSettings } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Json } from '#shared/json.ts'
import { edit, type Patch } from '../document.ts'
import { findNode } from '../document-index.ts'
import type { Change, EditorState } from '../state.ts'
import { canEdit, chosenStep, defineCommand } from './command.ts'

const has = (state: EditorState, { nodeId }: { nodeId: string }): boolean =>
  canEdit(state) && findNode(state.document, nodeId) !== undefined

/** Sets params of a step; those not named stay, those that are undefined go. */
export const setParams = defineCommand<{ nodeId: string; params: { [name: string]: Json | undefined } }>({
  id: 'setParams',
  label: 'Change set-up',
  history: 'merge',
  isEnabled: has,
  run: ({ document }, { nodeId, params }) => ({
    patch: editStep(document, nodeId, (node) => {
      for (const [name, value] of Object.entries(params)) {
        if (value === undefined) delete node.params[name]
        else node.params[name] = value
      }
    }),
    mergeKey: `${nodeId} ${Object.keys(params).join(' ')}`,
  }),
})

/** Puts code that was laid out anew in place of what was typed: one thing to undo, apart from the typing around it. */
export const formatCode = defineCommand<{ nodeId: string; code: string }>({
  id: 'formatCode',
  label: 'Format the code',
  history: 'step',
  isEnabled: has,
  run: ({ document }, { nodeId, code }) => ({
    patch: editStep(document, nodeId, (node) => {
      node.params['code'] = code
    }),
  }),
})

/** Sets options of a step; those not named stay, those that are undefined go. */
export const setSettings = defineCommand<{
  nodeId: string
  settings: { [K in keyof NodeSettings]: NodeSettings[K] | undefined }
}>({
  id: 'setSettings',
  label: 'Change options',
  history: 'merge',
  isEnabled: has,
  run: ({ document }, { nodeId, settings }) => ({
    patch: editStep(document, nodeId, (node) => {
      node.settings = Object.fromEntries(
        Object.entries({ ...node.settings, ...settings }).filter(([, value]) => value !== undefined),
      )
    }),
    mergeKey: `${nodeId} ${Object.keys(settings).join(' ')}`,
  }),
})

/** What people call the step. Expressions call it by its id, so nothing that uses it breaks. */
export const renameStep = defineCommand<{ nodeId: string; name: string }>({
  id: 'renameStep',
  label: 'Rename',
  history: 'merge',
  isEnabled: has,
  run({ document }, { nodeId, name }) {
    const node = findNode(document, nodeId)
    const said = name.trim().slice(0, 200)
    if (node === undefined || said === '' || said === node.name) return undefined
    return {
      patch: editStep(document, nodeId, (draft) => {
        draft.name = said
      }),
      session: { renaming: undefined },
      announce: `${nameOf(node)} is now called ${said}`,
      mergeKey: nodeId,
    }
  },
})

export const setNote = defineCommand<{ nodeId: string; note: string }>({
  id: 'setNote',
  label: 'Change the note',
  history: 'merge',
  isEnabled: has,
  run: ({ document }, { nodeId, note }) => ({
    patch: editStep(document, nodeId, (node) => {
      if (note === '') delete node.note
      else node.note = note
    }),
    mergeKey: nodeId,
  }),
})

/** Which stored account a step uses. */
export const setConnection = defineCommand<{ nodeId: string; connection: string | undefined }>({
  id: 'setConnection',
  label: 'Choose a connection',
  history: 'step',
  isEnabled: has,
  run: ({ document }, { nodeId, connection }) => ({
    patch: editStep(document, nodeId, (node) => {
      if (connection === undefined) delete node.connection
      else node.connection = connection
    }),
  }),
})

/** Turns the selected steps off, or on again when all of them are off. Data passes straight through one that is off. */
export const toggleDisabled = defineCommand({
  id: 'toggleDisabled',
  label: 'Turn off or on',
  shortcuts: ['D'],
  history: 'step',
  isEnabled: (state) => canEdit(state) && chosenStep(state) !== undefined,
  run(state): Change {
    const { document, session } = state
    const ids = new Set(session.selection.length > 0 ? session.selection : [chosenStep(state)])
    const nodes = document.nodes.filter((node) => ids.has(node.id))
    const off = nodes.some((node) => node.settings.disabled !== true)
    return {
      patch: edit(document, (draft) => {
        for (const node of draft.nodes) {
          if (!ids.has(node.id)) continue
          if (off) node.settings.disabled = true
          else delete node.settings.disabled
        }
      }),
      announce: `${nodes.map(nameOf).join(', ')} turned ${off ? 'off' : 'on'}`,
    }
  },
})

function editStep(document: Flow, id: string, recipe: (node: FlowNode) => void): Patch {
  return edit(document, (draft) => {
    const node = draft.nodes.find((other) => other.id === id)
    if (node !== undefined) recipe(node)
  })
}
