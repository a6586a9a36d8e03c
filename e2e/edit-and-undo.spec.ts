import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('edits are undone and redone one by one, saved by themselves, and there after a reload', async ({ signedIn: page }) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('Undo everything')
  await editor.chooseStart('by hand')
  await expect(editor.step('Started by hand')).toBeVisible()
  await editor.addAfter('Started by hand', 'set')
  const name = editor.inspector.getByRole('textbox', { name: 'Name of the step' })
  await name.fill('Remember the price')
  await name.press('Enter')
  await expect(editor.step('Remember the price')).toBeVisible()
  await editor.addAfter('Remember the price', 'only go on')
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 3 steps/)

  await editor.canvas.focus()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 2 steps/)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.step('Remember the price')).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(editor.step('Remember the price')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 3 steps/)

  // Deleting a step in the middle joins its neighbours; undo brings it back with its lines.
  await editor.step('Remember the price').click()
  await page.keyboard.press('Delete')
  await expect(editor.step('Remember the price')).toHaveCount(0)
  await expect(editor.line('Started by hand', 'Only go on if')).toHaveCount(1)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(editor.line('Started by hand', 'Remember the price')).toHaveCount(1)
  await expect(editor.line('Started by hand', 'Only go on if')).toHaveCount(0)

  await editor.saved()
  await page.reload()
  await expect(editor.step('Remember the price')).toBeVisible()
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 3 steps/)
  await expect(editor.line('Remember the price', 'Only go on if')).toHaveCount(1)
})
