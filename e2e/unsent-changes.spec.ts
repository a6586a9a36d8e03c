import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('what could not be sent is there after a reload, and copied steps can be pasted', async ({ signedIn: page }) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('Far from the server')
  await editor.chooseStart('by hand')
  await expect(editor.step('Started by hand')).toBeVisible()
  await editor.saved()

  const isDraft = /\/api\/v1\/flows\/flow_[^/]+\/draft$/
  await page.route(isDraft, (route) => route.abort('connectionrefused'))
  await editor.addAfter('Started by hand', 'only go on')
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 2 steps/)
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 2 steps/)
  await page.unroute(isDraft)
  await editor.saved()

  await editor.step('Only go on if').click()
  await editor.canvas.focus()
  await page.keyboard.press('ControlOrMeta+c')
  await page.keyboard.press('ControlOrMeta+v')
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 3 steps/)
  await editor.saved()
  await page.reload()
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 3 steps/)
})
