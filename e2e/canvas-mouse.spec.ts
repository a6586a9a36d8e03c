import type { Page } from '@playwright/test'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('lines are drawn, led elsewhere and let go with the mouse, and each of it can be undone', async ({ signedIn: page }) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('By mouse')
  await editor.chooseStart('by hand')
  await editor.addAfter('Started by hand', 'branch')
  await editor.addAfter('Branch, Yes', 'set')
  await page.getByRole('button', { name: 'Close the set-up' }).click()

  // From the second way on into empty space: the list opens there and what is chosen is wired.
  const branch = await placeOf(editor, 'Branch')
  await drag(page, { x: branch.x + branch.width * 0.75, y: branch.y + branch.height }, { x: branch.x + 330, y: branch.y + 200 })
  await editor.find('result')
  await expect(editor.line('Branch', 'Result')).toHaveCount(1)
  // What can be done to a card shows above it while it is pointed at, and above no other.
  await editor.step('Branch').hover()
  await expect(page.getByRole('toolbar', { name: /^Actions for/ })).toHaveCount(1)
  await page.getByRole('button', { name: 'Close the set-up' }).click()
  await settled(editor, 'Result')

  // The end of a line is taken to another step, and back by undo.
  const values = await placeOf(editor, 'Set values')
  const result = await placeOf(editor, 'Result')
  const end = { x: result.x + result.width / 2, y: result.y - 14 }
  await drag(page, end, { x: values.x + values.width / 2, y: values.y + 20 })
  await expect(editor.line('Branch', 'Result')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.line('Branch', 'Result')).toHaveCount(1)
  await settled(editor, 'Result')

  // With Space held the view moves, and nothing else does.
  const before = await placeOf(editor, 'Result')
  await editor.canvas.focus()
  await page.keyboard.down('Space')
  await drag(page, { x: before.x + 60, y: before.y + 200 }, { x: before.x + 110, y: before.y + 180 })
  await page.keyboard.up('Space')
  const after = await placeOf(editor, 'Result')
  expect([after.x - before.x, after.y - before.y].map(Math.round)).toEqual([50, -20])
  end.x += 50
  end.y -= 20

  // Let go over nothing it comes off.
  await drag(page, end, { x: end.x + 40, y: end.y - 130 })
  await expect(editor.line('Branch', 'Result')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.line('Branch', 'Result')).toHaveCount(1)
})

interface Point {
  x: number
  y: number
}

async function placeOf(editor: EditorPage, step: string) {
  await settled(editor, step)
  const box = await editor.step(step).boundingBox()
  if (box === null) throw new Error(`${step} is not on the canvas`)
  return box
}

/** Cards glide to their places; a drag is aimed once one has arrived. */
async function settled(editor: EditorPage, step: string): Promise<void> {
  let before = ''
  let times = 0
  await expect
    .poll(
      async () => {
        const now = JSON.stringify(await editor.step(step).boundingBox())
        times = now === before ? times + 1 : 0
        before = now
        return times
      },
      { intervals: [100] },
    )
    .toBeGreaterThan(2)
}

async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 })
  await page.mouse.move(to.x, to.y, { steps: 5 })
  await page.mouse.up()
}
