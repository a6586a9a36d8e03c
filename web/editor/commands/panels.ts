import { mainExitOf } from '../exits.ts'
import { codeStepKey, codeStepsOf } from '../code-steps-of.ts'
import { findNode, outgoingOf } from '../document-index.ts'
import { handleOf } from '#shared/flow-names.ts'
import { holdsSteps } from '#shared/graph.ts'
import type { AddPlace, DrawerTab, EditorState, Session, ViewRequest } from '../state.ts'
import { canEdit, chosenStep, defineCommand } from './command.ts'

/** Opens the list of steps, to add one after the selected one. */
export const openAdd = defineCommand({
  id: 'openAdd',
  label: 'Add a step',
  shortcuts: ['N'],
  history: 'none',
  isEnabled: canEdit,
  run: (state) => ({ session: { panel: 'add', addPlace: placeForNext(state), search: undefined, dialog: undefined } }),
})

export const openReplace = defineCommand({
  id: 'openReplace',
  label: 'Replace the step',
  shortcuts: ['R'],
  history: 'none',
  isEnabled: (state) => canEdit(state) && chosenStep(state) !== undefined,
  run(state) {
    const nodeId = chosenStep(state)
    return nodeId === undefined
      ? undefined
      : { session: { panel: 'add', addPlace: { kind: 'replace', nodeId }, search: undefined } }
  },
})

// One object for all, so that those who compare places see that it is the same one.
const origin = { x: 0, y: 0 }

/** Where a step goes when nobody says: after the selected one, else at the end of the flow, else at its start. */
export function placeForNext(state: EditorState): AddPlace {
  const { document, catalog } = state
  const steps = document.nodes.filter((node) => catalog.get(node.type)?.role !== 'note')
  if (!steps.some((node) => catalog.get(node.type)?.role === 'trigger')) return { kind: 'start' }
  const ends = steps.filter((node) => {
    const exit = mainExitOf(document, node.id, catalog)
    return exit !== undefined && !outgoingOf(document, node.id).some((edge) => handleOf(edge) === exit)
  })
  const chosen = findNode(document, chosenStep(state))
  if (chosen !== undefined && holdsSteps(chosen.type) && !steps.some((node) => node.parent === chosen.id))
    return { kind: 'inside', parent: chosen.id }
  const source = chosenStep(state) ?? ends.at(-1)?.id ?? steps.at(-1)?.id
  const handle = source === undefined ? undefined : mainExitOf(document, source, catalog)
  return source === undefined || handle === undefined ? { kind: 'free', at: origin } : { kind: 'after', source, handle }
}

export const openStep = defineCommand({
  id: 'openStep',
  label: 'Open set-up',
  shortcuts: ['Enter'],
  history: 'none',
  isEnabled: (state) => state.session.selection.length > 0,
  run({ document, session }) {
    const openStepId = session.selection.at(-1)
    const node = findNode(document, openStepId)
    const step =
      node && codeStepsOf(node).find((each) => session.inside?.id === node.id && codeStepKey(each) === session.inside.key)
    // One inside of code is opened where the code says so.
    const codeLine = node && step?.line !== undefined ? { stepId: node.id, line: step.line } : undefined
    return { session: { openStepId, ...(codeLine === undefined ? {} : { codeLine, inspectorTab: 'setup' as const }) } }
  },
})

export const startRenaming = defineCommand({
  id: 'startRenaming',
  label: 'Rename',
  shortcuts: ['F2'],
  history: 'none',
  isEnabled: (state) => canEdit(state) && chosenStep(state) !== undefined,
  run: (state) => ({ session: { renaming: chosenStep(state) } }),
})

/** What is open closes, one thing at a time; then nothing is selected any more. */
export const escape = defineCommand({
  id: 'escape',
  label: 'Close',
  shortcuts: ['Esc'],
  history: 'none',
  isEnabled: () => true,
  run({ session }) {
    if (session.search !== undefined) return { session: { search: undefined } }
    if (session.panel !== undefined) return { session: { panel: undefined, addPlace: undefined } }
    if (session.openStepId !== undefined) return { session: { openStepId: undefined } }
    return { session: { selection: [], line: undefined } }
  },
})

export const toggleOutline = defineCommand({
  id: 'toggleOutline',
  label: 'Outline',
  shortcuts: ['O'],
  history: 'none',
  isEnabled: () => true,
  run: ({ session }) => ({ session: { panel: session.panel === 'outline' ? undefined : 'outline' } }),
})

export const toggleDrawer = defineCommand({
  id: 'toggleDrawer',
  label: 'Show or hide the data',
  shortcuts: ['L'],
  history: 'none',
  isEnabled: () => true,
  run: ({ session }) => ({ session: { drawer: { ...session.drawer, open: !session.drawer.open } } }),
})

export const showCameIn = drawerCommand('showCameIn', 'Show what came in', 'I', 'in')
export const showCameOut = drawerCommand('showCameOut', 'Show what came out', 'Shift+O', 'out')

function drawerCommand(id: string, label: string, shortcut: string, tab: DrawerTab) {
  return defineCommand({
    id,
    label,
    shortcuts: [shortcut],
    history: 'none',
    isEnabled: (state) => chosenStep(state) !== undefined,
    run: () => ({ session: { drawer: { open: true, tab } } }),
  })
}

export const openPalette = dialogCommand('openPalette', 'Find anything', ['Ctrl+K', '/'], 'palette', () => true)
export const openShortcuts = dialogCommand('openShortcuts', 'Keyboard shortcuts', ['?'], 'shortcuts', () => true)
export const openPublish = dialogCommand('openPublish', 'Publish…', ['Ctrl+Shift+P'], 'publish', canEdit)
export const openSettings = dialogCommand('openSettings', 'Settings of the flow', [], 'settings', canEdit)
export const openConnect = dialogCommand('openConnect', 'Connect to…', ['C'], 'connect', hasChosen)
export const openDisconnect = dialogCommand('openDisconnect', 'Disconnect…', ['X'], 'disconnect', hasChosen)

function hasChosen(state: EditorState): boolean {
  return canEdit(state) && chosenStep(state) !== undefined
}

function dialogCommand(
  id: string,
  label: string,
  shortcuts: string[],
  dialog: Session['dialog'],
  isEnabled: (state: EditorState) => boolean,
) {
  return defineCommand({
    id,
    label,
    shortcuts,
    anywhere: shortcuts[0]?.startsWith('Ctrl+') ?? false,
    history: 'none',
    isEnabled,
    run: () => ({ session: { dialog, search: undefined } }),
  })
}

export const zoomIn = viewCommand('zoomIn', 'Zoom in', ['+', '='], 'in')
export const zoomOut = viewCommand('zoomOut', 'Zoom out', ['-'], 'out')
export const zoomActual = viewCommand('zoomActual', 'Zoom to 100 %', ['0'], 'actual')
export const zoomFit = viewCommand('zoomFit', 'Show the whole flow', ['1'], 'fit')
export const zoomSelection = viewCommand('zoomSelection', 'Zoom to the selection', ['2'], 'selection')

function viewCommand(id: string, label: string, shortcuts: string[], request: ViewRequest) {
  return defineCommand({
    id,
    label,
    shortcuts,
    history: 'none',
    isEnabled: (state) => request !== 'selection' || state.session.selection.length > 0,
    run: ({ session }) => ({ session: { view: { request, serial: (session.view?.serial ?? 0) + 1 } } }),
  })
}

/** Asks the inspector to test the chosen step, opening it first. */
export const testStep = defineCommand({
  id: 'testStep',
  label: 'Test this step',
  shortcuts: ['Ctrl+Enter'],
  anywhere: true,
  history: 'none',
  isEnabled: hasChosen,
  run: (state) => ({ session: { openStepId: chosenStep(state), testRequest: state.session.testRequest + 1 } }),
})
