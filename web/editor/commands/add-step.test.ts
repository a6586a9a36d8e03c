import { expect, test } from 'vitest'
import { findNode } from '../document-index.ts'
import { flowOf, lines, openEditor, orderFlow, step } from '../testing/open-editor.ts'
import { addStep } from './add-step.ts'
import { undo } from './history.ts'
import { placeForNext } from './panels.ts'

test('a step added after another takes over the lines that left it, is named, selected and open', () => {
  const editor = openEditor(orderFlow())
  editor.run(addStep, { type: 'code', place: { kind: 'after', source: 'price', handle: 'out' } })
  expect(editor.lines()).toContain('price > code')
  expect(editor.lines()).toContain('code > big')
  expect(editor.lines()).not.toContain('price > big')
  const { session } = editor.store.getState()
  expect(session).toMatchObject({ selection: ['code'], openStepId: 'code' })
  expect(session.announcement.text).toBe('Code added after price')
})

test('a branch put in between goes on through Yes', () => {
  const editor = openEditor(orderFlow())
  editor.run(addStep, { type: 'branch', place: { kind: 'line', line: 'charge:out>answer' } })
  expect(editor.lines()).toContain('charge > branch')
  expect(editor.lines()).toContain('branch:true > answer')
})

test('a step nothing can follow leaves what came next where it was', () => {
  const editor = openEditor(orderFlow())
  editor.run(addStep, { type: 'stop', place: { kind: 'after', source: 'price', handle: 'out' } })
  const id = editor.document().nodes.at(-1)?.id ?? ''
  expect(editor.lines()).toContain(`price > ${id}`)
  expect(editor.lines()).toContain('price > big')
})

test('a line drawn into empty space begins another way, but a lane stays one line', () => {
  const editor = openEditor(orderFlow())
  editor.run(addStep, { type: 'set', place: { kind: 'after', source: 'price', handle: 'out', at: { x: 500, y: 300 } } })
  expect(editor.lines().filter((line) => line.startsWith('price >'))).toHaveLength(2)
  editor.run(addStep, { type: 'code', place: { kind: 'after', source: 'big', handle: 'true', at: { x: 500, y: 300 } } })
  expect(editor.lines().filter((line) => line.startsWith('big:true >'))).toEqual(['big:true > code'])
})

test('the first start takes the steps that were there before it', () => {
  const editor = openEditor(
    flowOf([step('a', 'code', { position: { x: 0, y: 0 } }), step('b', 'set', { position: { x: 0, y: 128 } })], lines('a > b')),
  )
  editor.run(addStep, { type: 'webhook', place: { kind: 'start' } })
  expect(editor.lines()).toEqual(['a > b', 'webRequest > a'])
})

test('ids are readable and never the same', () => {
  const editor = openEditor(orderFlow())
  for (let count = 0; count < 3; count++)
    editor.run(addStep, { type: 'http.request', place: { kind: 'free', at: { x: 0, y: 900 } } })
  expect(
    editor
      .document()
      .nodes.slice(-3)
      .map((node) => [node.id, node.name]),
  ).toEqual([
    ['callAWebAddress', 'Call a web address'],
    ['callAWebAddress2', 'Call a web address 2'],
    ['callAWebAddress3', 'Call a web address 3'],
  ])
})

test('replacing keeps the place, the lines and the values whose names match', () => {
  const editor = openEditor(orderFlow())
  editor.run(addStep, { type: 'set', place: { kind: 'replace', nodeId: 'big' } })
  expect(findNode(editor.document(), 'big')).toMatchObject({ type: 'set', name: 'big' })
  expect(editor.lines()).toContain('big > charge')
  expect(editor.lines()).toContain('big > tell')
})

test('in a flow placed by hand, what follows moves down to make room and nothing else does', () => {
  const hand = flowOf(
    [
      step('a', 'webhook', { position: { x: 10, y: 0 } }),
      step('b', 'code', { position: { x: 10, y: 100 } }),
      step('c', 'set', { position: { x: 10, y: 300 } }),
      step('d', 'set', { position: { x: 500, y: 90 } }),
    ],
    lines('a > b', 'b > c'),
  )
  const editor = openEditor(hand)
  editor.run(addStep, { type: 'code', place: { kind: 'line', line: 'a:out>b' } })
  const y = (id: string) => findNode(editor.document(), id)?.position.y
  expect([y('a'), y('code'), y('b'), y('d')]).toEqual([0, 128, 256, 90])
  expect(y('c')).toBe(456)
})

test('N adds after the selected step, else at the end, else a start', () => {
  const editor = openEditor(orderFlow())
  expect(placeForNext(editor.store.getState())).toEqual({ kind: 'after', source: 'answer', handle: 'out' })
  editor.select(['big'])
  expect(placeForNext(editor.store.getState())).toEqual({ kind: 'after', source: 'big', handle: 'true' })
  expect(placeForNext(openEditor(flowOf([])).store.getState())).toEqual({ kind: 'start' })
})

test('a request that answered at once waits for the answer step that is put after it, in the same undo', () => {
  const editor = openEditor(flowOf([step('hook', 'webhook'), step('price', 'code')], lines('hook > price')))
  const answerOf = () => findNode(editor.document(), 'hook')?.params['respond']
  editor.run(addStep, { type: 'respond', place: { kind: 'after', source: 'price', handle: 'out' } })
  expect(answerOf()).toBe('respondStep')
  expect(editor.store.getState().session.announcement.text).toBe(
    'Answer the request added after price. hook waits for its answer now',
  )
  editor.run(undo, undefined)
  expect(answerOf()).toBeUndefined()
})

test('what somebody chose for the answer stays as it is', () => {
  const hook = step('hook', 'webhook', { params: { respond: 'whenFinished' } })
  const editor = openEditor(flowOf([hook, step('price', 'code')], lines('hook > price')))
  editor.run(addStep, { type: 'respond', place: { kind: 'after', source: 'price', handle: 'out' } })
  expect(findNode(editor.document(), 'hook')?.params['respond']).toBe('whenFinished')
})
