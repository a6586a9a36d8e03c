import { expect, test } from 'vitest'
import { undo } from '../commands/history.ts'
import { setParams } from '../commands/step-fields.ts'
import { flowOf, lines, openEditor, step, testCatalog } from '../testing/open-editor.ts'
import { arranged } from './arranged.ts'
import { cardHeight, heightOf, insideRowHeight, rowGap, sizeOf } from './measures.ts'
import { isTidy } from './tidy.ts'

const asking = (...names: string[]) =>
  `export default async ({ step }) => {\n${names.map((name) => `  await step.run('${name}', f)`).join('\n')}\n}`
const at = (x: number, y: number) => ({ position: { x, y } })

/** Three steps below each other as far apart as plain cards are. */
const flow = (code: string, x = 0) =>
  flowOf(
    [
      step('start', 'webhook', at(0, 0)),
      step('work', 'code', { ...at(x, 128), params: { code } }),
      step('end', 'set', at(0, 256)),
    ],
    lines('start > work', 'work > end'),
  )

test('a card is higher by a row for each step inside its code, up to four', () => {
  const height = (...names: string[]) => heightOf(step('work', 'code', { params: { code: asking(...names) } }))
  expect(height()).toBe(cardHeight)
  expect(height('a', 'b')).toBe(cardHeight + 8 + 2 * insideRowHeight)
  expect(height('a', 'a')).toBe(height('a'))
  expect(height('a', 'b', 'c', 'd', 'e', 'f')).toBe(height('a', 'b', 'c', 'd'))
})

test('a flow that was tidy but for the steps inside of code is tidy when it is opened', () => {
  const opened = arranged(flow(asking('a', 'b')), testCatalog)
  expect(isTidy(opened, testCatalog)).toBe(true)
  expect(opened.nodes[2]?.position.y).toBe(128 + cardHeight + 8 + 2 * insideRowHeight + rowGap)
})

test('one whose steps stand where somebody put them only makes way', () => {
  const opened = arranged(flow(asking('a', 'b'), 96), testCatalog)
  expect(opened.nodes.map(({ position }) => position.x)).toEqual([0, 96, 0])
  expect(opened.nodes[2]?.position.y).toBe(128 + cardHeight + 8 + 2 * insideRowHeight + rowGap)
  expect(arranged(opened, testCatalog)).toEqual(opened)
  const plain = flow('export default () => 1', 96)
  expect(arranged(plain, testCatalog)).toBe(plain)
})

test('a loop grows with the code inside it, and what is below the loop makes way', () => {
  const inLoop = flowOf(
    [
      step('start', 'webhook', at(8, 0)),
      step('each', 'forEach', at(0, 128)),
      step('work', 'code', { ...at(40, 64), parent: 'each', params: { code: asking('a', 'b', 'c') } }),
      step('end', 'set', at(0, 400)),
    ],
    lines('start > each', 'each > end'),
  )
  const opened = arranged(inLoop, testCatalog)
  const [, each, , end] = opened.nodes
  if (each === undefined || end === undefined) throw new Error('The steps are gone')
  expect(end.position.y).toBeGreaterThanOrEqual(each.position.y + sizeOf(opened, each).height + rowGap)
})

test('what is below makes way while code is written, tidy or not, and goes back with an undo', () => {
  for (const x of [0, 96]) {
    const editor = openEditor(flow('', x))
    const yOfEnd = () => editor.document().nodes[2]?.position.y
    editor.run(setParams, { nodeId: 'work', params: { code: asking('a', 'b', 'c') } })
    expect(yOfEnd()).toBe(128 + cardHeight + 8 + 3 * insideRowHeight + rowGap)
    editor.run(undo, undefined)
    expect(yOfEnd()).toBe(256)
  }
})
