import { expect, test } from 'vitest'
import type { Flow } from '#shared/flow.ts'
import { flowOf, lines, openEditor, orderFlow, step, type TestEditor } from '../testing/open-editor.ts'
import { addStep } from './add-step.ts'
import { moveEarlier, moveLater, tidy, toggleKeepTidy } from './arrange.ts'
import { copiedText, cut, duplicate, paste } from './clipboard.ts'
import type { Command } from './command.ts'
import { connect, disconnect, reroute } from './connect.ts'
import { deleteLeavingGap, deleteSelection } from './delete-selection.ts'
import { addNote, renameFlow, setReach } from './flow-fields.ts'
import { redo, undo } from './history.ts'
import { commands } from './index.ts'
import { moveSteps, nudgeDown, nudgeLeft, nudgeRight, nudgeUp } from './move-steps.ts'
import { setFormFields } from './set-form-fields.ts'
import { setStepId } from './set-step-id.ts'
import { renameStep, setConnection, setNote, setParams, setSettings, toggleDisabled } from './step-fields.ts'

interface Case {
  command: Command<never>
  run: (editor: TestEditor) => boolean
}

function on<Args>(command: Command<Args>, selection: string[], args: Args): Case {
  return onWith(command, (editor) => {
    editor.select(selection)
    return args
  })
}

function onWith<Args>(command: Command<Args>, argsFor: (editor: TestEditor) => Args): Case {
  return { command, run: (editor) => editor.run(command, argsFor(editor)) }
}

const cases: Case[] = [
  on(addStep, [], { type: 'code', place: { kind: 'after', source: 'price', handle: 'out' } }),
  on(addStep, [], { type: 'branch', place: { kind: 'line', line: 'big:true>charge' } }),
  on(addStep, [], { type: 'set', place: { kind: 'free', at: { x: 900, y: 900 } } }),
  on(addStep, [], { type: 'set', place: { kind: 'replace', nodeId: 'price' } }),
  on(connect, [], { source: 'start', handle: 'out', target: 'answer' }),
  on(reroute, [], { line: 'charge:out>answer', source: 'charge', handle: 'out', target: 'tell' }),
  on(disconnect, [], { line: 'charge:out>answer' }),
  on(moveSteps, [], { positions: new Map([['answer', { x: 640, y: 64 }]]) }),
  on(nudgeUp, ['charge'], undefined),
  on(nudgeDown, ['charge'], undefined),
  on(nudgeLeft, ['charge'], undefined),
  on(nudgeRight, ['charge', 'tell'], undefined),
  on(deleteSelection, ['big'], undefined),
  on(deleteLeavingGap, ['price', 'charge'], undefined),
  on(cut, ['charge'], undefined),
  on(duplicate, ['charge'], undefined),
  onWith(paste, (editor) => {
    editor.select(['price', 'big'])
    const text = copiedText(editor.store.getState()) ?? ''
    editor.select(['tell'])
    return { text }
  }),
  on(renameStep, [], { nodeId: 'price', name: 'Work it out' }),
  on(setStepId, [], { nodeId: 'price', id: 'cost' }),
  on(setParams, [], { nodeId: 'charge', params: { url: 'https://example.com', method: undefined } }),
  on(setFormFields, [], {
    nodeId: 'start',
    param: 'fields',
    value: [{ id: 'name', label: 'Name', type: 'text' }],
    announce: 'added',
  }),
  on(setSettings, [], { nodeId: 'charge', settings: { onError: 'route', timeoutMs: 1000 } }),
  on(setNote, [], { nodeId: 'charge', note: 'Mind the tax' }),
  on(setConnection, [], { nodeId: 'charge', connection: 'conn_2' }),
  on(toggleDisabled, ['charge', 'tell'], undefined),
  on(moveEarlier, ['second'], undefined),
  on(moveLater, ['first'], undefined),
  on(tidy, [], undefined),
  on(toggleKeepTidy, [], undefined),
  on(addNote, ['price'], undefined),
  on(renameFlow, [], { name: 'Another name' }),
  on(setReach, [], { allow: ['api.example.com'] }),
]

/** Changes places of two steps only where two follow each other plainly; tidying shows only where something lies about. */
function startFor({ command }: Case): Flow {
  if (command.id === 'moveEarlier' || command.id === 'moveLater') {
    return flowOf(
      [step('start', 'webhook'), step('first', 'code'), step('second', 'set'), step('end', 'respond')],
      lines('start > first', 'first > second', 'second > end'),
    )
  }
  if (command.id === 'tidy' || command.id === 'toggleKeepTidy') {
    const flow = openEditor(orderFlow()).document()
    return { ...flow, nodes: flow.nodes.map((node) => (node.id === 'answer' ? { ...node, position: { x: 999, y: 40 } } : node)) }
  }
  return orderFlow()
}

test.each(cases.map((one) => [one.command.id, one] as const))('%s can be undone and done again', (_, one) => {
  const editor = openEditor(startFor(one))
  const before = editor.document()
  expect(one.run(editor)).toBe(true)
  const after = editor.document()
  expect(after).not.toEqual(before)
  expect(editor.run(undo, undefined)).toBe(true)
  expect(editor.document()).toEqual(before)
  expect(editor.run(redo, undefined)).toBe(true)
  expect(editor.document()).toEqual(after)
})

test('every command of the palette that changes the flow is proved above', () => {
  const proved = new Set(cases.map(({ command }) => command.id))
  expect(commands.filter(({ history, id }) => history !== 'none' && !proved.has(id))).toEqual([])
})

test('no two commands share a key', () => {
  const keys = commands.flatMap(({ shortcuts }) => shortcuts ?? [])
  expect(keys).toEqual([...new Set(keys)])
})
