import { describe, expect, test } from 'vitest'
import { sizeOf } from '../layout/measures.ts'
import { tidied } from '../layout/tidy.ts'
import { readingOrder } from '../reading-order.ts'
import { flowOf, lines, openEditor, step, testCatalog } from '../testing/open-editor.ts'
import { addStep } from './add-step.ts'
import { copiedText, duplicate, paste } from './clipboard.ts'
import { deleteSelection } from './delete-selection.ts'
import { undo } from './history.ts'
import { moveSteps } from './move-steps.ts'
import { placeForNext } from './panels.ts'

const loopFlow = () =>
  flowOf(
    [
      step('start', 'manual'),
      step('each', 'forEach', { params: { items: '{{ trigger.body }}' } }),
      step('work', 'set', { parent: 'each', params: { values: { n: '{{ item }}' } } }),
      step('after', 'output'),
    ],
    lines('start > each', 'each > after'),
  )

describe('a step that repeats others', () => {
  test('takes in what is added inside it, behind it or on its lines, each where it belongs', () => {
    const editor = openEditor(flowOf([step('start', 'manual'), step('each', 'forEach')], lines('start > each')))
    editor.select(['each'])
    expect(placeForNext(editor.store.getState())).toEqual({ kind: 'inside', parent: 'each' })
    editor.run(addStep, { type: 'set', place: { kind: 'inside', parent: 'each' } })
    const [first] = editor.store.getState().session.selection
    editor.run(addStep, { type: 'code', place: { kind: 'after', source: first ?? '', handle: 'out' } })
    const [second] = editor.store.getState().session.selection
    editor.run(addStep, { type: 'output', place: { kind: 'after', source: 'each', handle: 'out' } })
    const [third] = editor.store.getState().session.selection
    const parents = Object.fromEntries(editor.document().nodes.map(({ id, parent }) => [id, parent]))
    expect(parents).toMatchObject({ [first ?? '']: 'each', [second ?? '']: 'each', [third ?? '']: undefined })
    expect(editor.lines()).toEqual([`${first} > ${second}`, `each > ${third}`, 'start > each'].toSorted())
  })

  test('is as large as what is inside, and what follows it stands below it', () => {
    const flow = tidied(loopFlow(), testCatalog)
    const at = Object.fromEntries(flow.nodes.map((node) => [node.id, node]))
    const each = at['each']
    const after = at['after']
    const work = at['work']
    if (!each || !after || !work) throw new Error('A step is gone')
    const size = sizeOf(flow, each)
    expect(after.position.y).toBeGreaterThanOrEqual(each.position.y + size.height)
    expect(work.position.x + 232).toBeLessThan(size.width)
    expect(work.position.y + 72).toBeLessThan(size.height)
    expect(tidied(flow, testCatalog)).toBe(flow)
  })

  test('goes with all that is inside when it is removed, and comes back with it', () => {
    const editor = openEditor(loopFlow())
    editor.select(['each'])
    editor.run(deleteSelection, undefined)
    expect(editor.document().nodes.map(({ id }) => id)).toEqual(['start', 'after'])
    expect(editor.lines()).toEqual(['start > after'])
    editor.run(undo, undefined)
    expect(editor.document().nodes).toHaveLength(4)
  })

  test('is copied with what is inside', () => {
    const editor = openEditor(loopFlow())
    editor.select(['each'])
    editor.run(duplicate, undefined)
    const copies = editor.document().nodes.filter(({ type }) => type === 'forEach')
    expect(copies).toHaveLength(2)
    for (const { id } of copies) expect(editor.document().nodes.filter(({ parent }) => parent === id)).toHaveLength(1)

    editor.select(['after'])
    const text = copiedText(editor.store.getState()) ?? ''
    editor.select(['work'])
    editor.run(paste, { text })
    expect(
      editor
        .document()
        .nodes.filter(({ parent }) => parent === 'each')
        .map(({ type }) => type),
    ).toContain('output')
  })

  test('keeps what is inside right of its wall and below its name', () => {
    const editor = openEditor(loopFlow())
    editor.run(moveSteps, { positions: new Map([['work', { x: -200, y: -200 }]]) })
    expect(editor.document().nodes.find(({ id }) => id === 'work')?.position).toEqual({ x: 24, y: 64 })
  })

  test('is read with what is inside right after it, one deeper', () => {
    expect(readingOrder(loopFlow(), testCatalog).map(({ id, depth }) => `${depth} ${id}`)).toEqual([
      '0 start',
      '0 each',
      '1 work',
      '0 after',
    ])
  })
})
