import { expect, test } from 'vitest'
import { findNode } from '../document-index.ts'
import { flowOf, lines, openEditor, orderFlow, step } from '../testing/open-editor.ts'
import { moveEarlier } from './arrange.ts'
import { copiedText, duplicate, paste } from './clipboard.ts'
import { readCopied } from './copied-steps.ts'
import { connect, whyNot } from './connect.ts'
import { deleteLeavingGap, deleteSelection } from './delete-selection.ts'
import { goLeft, goNext, goPrevious, selectAfter, selectBefore } from './select.ts'

test('removing a step joins what came before to what came after', () => {
  const editor = openEditor(orderFlow())
  editor.select(['price'])
  editor.run(deleteSelection, undefined)
  expect(editor.lines()).toContain('start > big')
})

test('removing a branch goes on with Yes, since the other lane was its own choice', () => {
  const editor = openEditor(orderFlow())
  editor.select(['big'])
  editor.run(deleteSelection, undefined)
  expect(editor.lines()).toEqual(['charge > answer', 'price > charge', 'start > price', 'tell > answer'])
})

test('removing several steps in a row heals over all of them', () => {
  const editor = openEditor(orderFlow())
  editor.select(['price', 'big', 'charge'])
  editor.run(deleteSelection, undefined)
  expect(editor.lines()).toEqual(['start > answer', 'tell > answer'])
})

test('Shift+Delete leaves a gap', () => {
  const editor = openEditor(orderFlow())
  editor.select(['price'])
  editor.run(deleteLeavingGap, undefined)
  expect(editor.lines().some((line) => line.startsWith('start'))).toBe(false)
})

test('healing never gives a lane a second line', () => {
  const flow = flowOf(
    [step('start', 'webhook'), step('big', 'branch'), step('a', 'code'), step('b', 'code'), step('c', 'code')],
    lines('start > big', 'big:true > a', 'a > b', 'a > c'),
  )
  const editor = openEditor(flow)
  editor.select(['a'])
  editor.run(deleteSelection, undefined)
  expect(editor.lines()).toEqual(['big:true > b', 'start > big'])
})

test('a line that would go round in a circle is refused with a sentence', () => {
  const editor = openEditor(orderFlow())
  expect(editor.run(connect, { source: 'answer', handle: 'out', target: 'price' })).toBe(false)
  expect(whyNot(editor.store.getState(), { source: 'answer', target: 'price' })).toContain('circle')
})

test('a line being moved does not stand in its own way', () => {
  const editor = openEditor(orderFlow())
  const edge = { source: 'big', sourceHandle: 'true', target: 'tell' }
  expect(whyNot(editor.store.getState(), edge)).toBeDefined()
  expect(whyNot(editor.store.getState(), edge, 'big:true>charge')).toBeUndefined()
})

test('pasted steps get names of their own and go on speaking of each other', () => {
  const editor = openEditor(orderFlow())
  editor.select(['price', 'big', 'charge'])
  const text = copiedText(editor.store.getState()) ?? ''
  editor.select(['tell'])
  editor.run(paste, { text })
  expect(findNode(editor.document(), 'big2')?.params['condition']).toBe('{{ steps.price2.total > 5 }}')
  expect(editor.lines()).toEqual(
    expect.arrayContaining(['tell > price2', 'price2 > big2', 'big2:true > charge2', 'charge2 > answer']),
  )
})

test('copied text names no stored account', () => {
  const editor = openEditor(orderFlow())
  editor.select(['charge'])
  expect(copiedText(editor.store.getState())).not.toContain('conn_1')
  editor.run(duplicate, undefined)
  expect(findNode(editor.document(), 'charge2')?.connection).toBe('conn_1')
})

test('text of any other kind is no copy', () => {
  for (const text of ['', 'hello', '{', '{"nodes": []}', '{"holdfast":"steps","nodes":[],"edges":[]}'])
    expect(readCopied(text)).toBeUndefined()
})

test('a step moves up past the one before it, and not past the start', () => {
  const flow = flowOf(
    [step('start', 'webhook'), step('a', 'code'), step('b', 'set'), step('c', 'set')],
    lines('start > a', 'a > b', 'b > c'),
  )
  const editor = openEditor(flow)
  editor.select(['b'])
  editor.run(moveEarlier, undefined)
  expect(editor.lines()).toEqual(['a > c', 'b > a', 'start > b'])
  expect(editor.run(moveEarlier, undefined)).toBe(false)
})

test('arrows walk through the flow and across its lanes', () => {
  const editor = openEditor(orderFlow())
  const at = () => editor.store.getState().session.selection.at(-1)
  editor.run(goNext, undefined)
  expect(at()).toBe('start')
  for (const next of ['price', 'big', 'charge', 'answer']) {
    editor.run(goNext, undefined)
    expect(at()).toBe(next)
  }
  editor.run(goPrevious, undefined)
  expect(at()).toBe('charge')
  editor.select(['tell'])
  editor.run(goLeft, undefined)
  expect(at()).toBe('charge')
})

test('everything before or after a step can be selected, the step itself stays the chosen one', () => {
  const editor = openEditor(orderFlow())
  editor.select(['big'])
  editor.run(selectBefore, undefined)
  expect(editor.store.getState().session.selection).toEqual(expect.arrayContaining(['start', 'price']))
  expect(editor.store.getState().session.selection.at(-1)).toBe('big')
  editor.run(selectAfter, undefined)
  expect(editor.store.getState().session.selection).toHaveLength(6)
})
