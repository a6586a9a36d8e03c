import { expect, test } from 'vitest'
import { deleteSelection } from './commands/delete-selection.ts'
import { redo, undo } from './commands/history.ts'
import { moveSteps } from './commands/move-steps.ts'
import { renameStep, setParams } from './commands/step-fields.ts'
import { applyToFlow } from './document.ts'
import { flowOf, lines, openEditor, orderFlow, step } from './testing/open-editor.ts'

const type = (editor: ReturnType<typeof openEditor>, url: string) => editor.run(setParams, { nodeId: 'charge', params: { url } })

test('keys typed in one go are undone together, a pause parts them', () => {
  const editor = openEditor(orderFlow())
  for (const [at, url] of [
    [0, 'h'],
    [300, 'ht'],
    [1000, 'htt'],
    [2500, 'http'],
  ] as const) {
    editor.clock.now = at
    type(editor, url)
  }
  expect(editor.store.getState().history.past).toHaveLength(2)
  editor.run(undo, undefined)
  expect(editor.document().nodes[3]?.params['url']).toBe('htt')
  editor.run(undo, undefined)
  expect(editor.document().nodes[3]?.params['url']).toBe('https://example.com/{{ steps.price.total }}')
})

test('typing after an undo does not join what was undone', () => {
  const editor = openEditor(orderFlow())
  type(editor, 'a')
  editor.run(undo, undefined)
  type(editor, 'b')
  expect(editor.store.getState().history).toMatchObject({ past: [{}], future: [] })
  editor.run(undo, undefined)
  expect(editor.document()).toEqual(openEditor(orderFlow()).document())
})

test('another field typed at the same time is an entry of its own', () => {
  const editor = openEditor(orderFlow())
  type(editor, 'a')
  editor.run(setParams, { nodeId: 'charge', params: { method: 'POST' } })
  expect(editor.store.getState().history.past).toHaveLength(2)
})

test('undo and redo bring the selection along', () => {
  const editor = openEditor(orderFlow())
  editor.select(['charge'])
  editor.run(deleteSelection, undefined)
  expect(editor.store.getState().session.selection).toEqual(['big'])
  editor.run(undo, undefined)
  expect(editor.store.getState().session.selection).toEqual(['charge'])
  editor.run(redo, undefined)
  expect(editor.store.getState().session.selection).toEqual(['big'])
})

test('a command that is not enabled does nothing', () => {
  const editor = openEditor(orderFlow())
  expect(editor.run(deleteSelection, undefined)).toBe(false)
  expect(editor.run(undo, undefined)).toBe(false)
  expect(editor.run(renameStep, { nodeId: 'charge', name: '   ' })).toBe(false)
})

test('what is saved adds up to what is seen', () => {
  const start = orderFlow()
  const editor = openEditor(start)
  let saved = start
  editor.onPatch((patch) => {
    saved = applyToFlow(saved, patch)
  })
  type(editor, 'x')
  editor.select(['big'])
  editor.run(deleteSelection, undefined)
  editor.run(moveSteps, { positions: new Map([['answer', { x: 400, y: 400 }]]) })
  editor.run(undo, undefined)
  editor.run(redo, undefined)
  expect(saved).toEqual(editor.document())
})

test('steps that lie on one heap are laid out, and the server hears of it with the first change', () => {
  const start = flowOf([step('a', 'webhook'), step('b', 'code')], lines('a > b'))
  const editor = openEditor(start)
  expect(editor.document().nodes.map((node) => node.position.y)).toEqual([0, 128])
  let saved = start
  editor.onPatch((patch) => {
    saved = applyToFlow(saved, patch)
  })
  editor.run(renameStep, { nodeId: 'b', name: 'Price' })
  expect(saved).toEqual(editor.document())
})

test('moving a step by hand ends keeping tidy, undoing the move brings it back', () => {
  const editor = openEditor(orderFlow())
  const keepsTidy = () => editor.store.getState().session.keepTidy
  expect(keepsTidy()).toBe(true)
  editor.run(moveSteps, { positions: new Map([['answer', { x: 800, y: 0 }]]) })
  expect(keepsTidy()).toBe(false)
  editor.run(undo, undefined)
  expect(keepsTidy()).toBe(true)
})

test('the set-up of a step that is gone closes', () => {
  const editor = openEditor(orderFlow())
  editor.openStep('charge')
  editor.run(deleteSelection, undefined)
  expect(editor.store.getState().session.openStepId).toBeUndefined()
})

test('a result is marked old when the set-up of its step changes, and only then', () => {
  const editor = openEditor(orderFlow())
  editor.setStepProgress('charge', { state: 'worked', line3: '1 item' })
  editor.run(renameStep, { nodeId: 'charge', name: 'Take the money' })
  expect(editor.store.getState().overlay.steps.get('charge')?.state).toBe('worked')
  type(editor, 'x')
  expect(editor.store.getState().overlay.steps.get('charge')?.state).toBe('stale')
})

test('a viewer changes nothing', () => {
  const editor = openEditor(orderFlow())
  editor.store.setState({ readOnly: true })
  expect(type(editor, 'x')).toBe(false)
  editor.select(['charge'])
  expect(editor.run(deleteSelection, undefined)).toBe(false)
})
