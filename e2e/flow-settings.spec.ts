import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('a flow is kept to the hosts it needs, and publishing says so', async ({ signedIn: page, api }) => {
  const step = (id: string, type: string, y: number, params = {}) => ({ id, type, position: { x: 0, y }, params, settings: {} })
  const flow = await api<{ id: string }>('POST', '/flows', {
    name: 'Kept in',
    document: {
      schema: 1,
      name: 'Kept in',
      nodes: [step('start', 'manual', 0), step('note', 'set', 128, { values: { said: 'yes' } })],
      edges: [{ source: 'start', target: 'note' }],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const reach = async () => {
    const { document } = await api<{ document: { settings: { egress?: { allow: string[] } } } }>('GET', `/flows/${flow.id}`)
    return document.settings.egress?.allow
  }
  const editor = new EditorPage(page)
  await page.goto(`/flows/${flow.id}`)
  await page.getByRole('button', { name: 'Settings of the flow' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings of this flow' })
  await dialog.getByText('Only these hosts').click()
  await expect(dialog.getByText('No host is listed')).toBeVisible()
  const host = dialog.getByRole('textbox', { name: 'Add a host' })
  await host.fill('https://api.example.com/orders')
  await host.press('Enter')
  await expect(dialog.getByText('A host looks like')).toBeVisible()
  await host.fill('api.example.com')
  await host.press('Enter')
  // One that was typed and not added yet is not left out without a word.
  await host.fill('*.example.org')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('Add this host to the list first')).toBeVisible()
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(reach).toEqual(['api.example.com', '*.example.org'])

  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('The flow may call only api.example.com, *.example.org')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect.poll(reach).toBeUndefined()
  await editor.saved()
})
