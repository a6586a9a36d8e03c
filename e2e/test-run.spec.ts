import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('a test of the whole flow leaves the data of each step for the next ones to show', async ({ signedIn: page, api }) => {
  const editor = new EditorPage(page)
  const step = (id: string, type: string, name: string, y: number, params = {}) => {
    return { id, type, name, position: { x: 0, y }, params, settings: {} }
  }
  const flow = await api<{ id: string }>('POST', '/flows', {
    name: 'Keep what came out',
    document: {
      formatVersion: 1,
      name: 'Keep what came out',
      nodes: [
        step('start', 'manual', 'Begin', 0),
        step('choose', 'set', 'Choose', 128, { values: { total: 731 } }),
        step('say', 'set', 'Say', 256, { values: { text: 'It is {{ steps.choose.total }}' } }),
      ],
      edges: [
        { source: 'start', target: 'choose' },
        { source: 'choose', target: 'say' },
      ],
    },
  })
  await page.goto(`/flows/${flow.id}`)
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await expect(editor.step('Say')).toHaveAttribute('data-state', 'worked')
  // It is over: the button offers a test again.
  await expect(page.getByRole('button', { name: 'Test', exact: true })).toBeEnabled()
  await editor.step('Say').click()
  await expect(page.locator('[data-pill="Choose.total"]')).toContainText('731')
  await expect(editor.inspector.getByText('It is 731')).toBeVisible()

  await page.reload()
  await expect(page.locator('[data-pill="Choose.total"]')).toContainText('731')
})
