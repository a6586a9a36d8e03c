import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('whoever doesn’t write code gives the start a sample and fills in what the code needs', async ({ signedIn: page, api }) => {
  const code = 'export default async ({ input }) => ({ total: input.price * input.amount })\n'
  const flow = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Shop orders',
      nodes: [
        { id: 'start', type: 'manual', name: 'New order', position: { x: 0, y: 0 }, params: {}, settings: {} },
        {
          id: 'price',
          type: 'code',
          name: 'Work out the price',
          position: { x: 0, y: 128 },
          params: { code, inputs: { price: 3, amount: 'one' } },
          settings: {},
        },
      ],
      edges: [{ source: 'start', target: 'price' }],
    },
  })
  const editor = new EditorPage(page)
  await page.goto(`/flows/${flow.id}?step=start`)
  await editor.inspector.getByRole('button', { name: 'Write a sample' }).click()
  const sample = page.getByRole('region', { name: 'Data' }).getByRole('textbox', { name: 'The sample' })
  await expect(sample).toHaveValue(/"kind": "manual"/)
  await sample.fill('{ "kind": "manual", "body": { "amount": 4 } }')
  await page.getByRole('button', { name: 'Use this sample' }).click()
  await expect(sample).toBeHidden()

  // What is in the field makes way for the value that is picked.
  await editor.step('Work out the price').click()
  await editor.inspector.getByRole('textbox', { name: 'Value of amount' }).click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('/')
  await expect(page.getByPlaceholder(/Search/).last()).toBeFocused()
  await page.keyboard.type('amount')
  await page.keyboard.press('Enter')
  await expect(editor.inspector.locator('[data-pill="New order.body.amount"]')).toContainText('4')
  await expect(editor.inspector.getByRole('textbox', { name: 'Value of amount' })).not.toContainText('one')
  await editor.inspector.getByRole('button', { name: 'Test this step' }).click()
  await expect(editor.inspector.getByRole('region', { name: 'Result' })).toContainText('"total": 12')
})
