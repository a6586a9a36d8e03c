import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('a flow of two steps is built, published and started with the keyboard alone', async ({ signedIn: page, product }) => {
  const editor = new EditorPage(page)
  const press = (key: string) => page.keyboard.press(key)
  await page.goto('/flows')
  await page.getByRole('button', { name: 'New flow' }).first().focus()
  await press('Enter')
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toBeFocused()
  await page.keyboard.type('By keyboard')
  await press('Enter')

  await expect(page.getByRole('heading', { name: 'By keyboard' })).toBeVisible()
  await editor.canvas.focus()
  await press('n')
  await editor.find('web request')
  await expect(editor.step('Web request')).toBeVisible()
  await editor.canvas.focus()
  await press('n')
  await editor.find('set')
  await expect(editor.line('Web request', 'Set values')).toHaveCount(1)
  await expect(editor.canvas).toHaveAccessibleName(/Flow, 2 steps/)
  await editor.saved()

  await press('ControlOrMeta+Shift+p')
  const publish = page.getByRole('dialog').getByRole('button', { name: /Turn on|Publish/ })
  await expect(publish).toBeVisible()
  await publish.focus()
  await press('Enter')
  await expect(page.getByText(/On · v1/).first()).toBeVisible()

  const flowId = /flow_\w+/.exec(page.url())?.[0] ?? ''
  const flow = (await (await page.request.get(`${product.url}/api/v1/flows/${flowId}`)).json()) as {
    endpoints: { url: string }[]
  }
  const answer = await page.request.post(flow.endpoints[0]?.url ?? '', { data: {} })
  expect(answer.status()).toBe(202)
})
