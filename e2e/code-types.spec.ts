import { expect, test, type Api } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function makeFlow(api: Api): Promise<string> {
  const step = (id: string, type: string, name: string, y: number, params: object) => {
    return { id, type, name, position: { x: 0, y }, params, settings: {} }
  }
  const nodes = [
    step('trigger', 'manual', 'New order', 0, {}),
    step('price', 'code', 'Work out the price', 128, {
      code: 'export default async ({ trigger }) => ({ total: trigger.body.qty * 7 })\n',
    }),
    step('use', 'code', 'Use it', 256, { code: '' }),
    step('say', 'set', 'Say it', 384, { values: { half: '{{ steps.price.total / 2 }}' } }),
  ]
  const edges = nodes.slice(1).map(({ id }, index) => ({ source: nodes[index]?.id, target: id }))
  const document = { schema: 1, name: 'Price orders', nodes, edges }
  const flow = await api<{ id: string }>('POST', '/flows', { name: document.name, document })
  await api('PUT', `/flows/${flow.id}/samples/trigger`, { source: 'written', value: { kind: 'manual', body: { qty: 3 } } })
  return flow.id
}

test('code knows what reaches it without a type or a test, and what it breaks elsewhere is said', async ({
  signedIn: page,
  api,
}) => {
  const editor = new EditorPage(page)
  const flowId = await makeFlow(api)
  await page.goto(`/flows/${flowId}?step=use`)
  await editor.codeArea.click()
  await editor.writeCode('export default async ({ steps }) => {\n  return ')
  const rows = page.locator('.suggest-widget.visible .monaco-list-row')
  await page.keyboard.type('steps.')
  await expect(rows.filter({ hasText: 'price' })).toBeVisible()
  await page.keyboard.type('price.')
  await expect(rows.filter({ hasText: 'total' })).toBeVisible()
  await page.keyboard.type('total')
  await page.keyboard.press('Escape')
  await page.keyboard.type('.toFixed()\n}')

  // A number becomes text: the code after it and the formula after that don't fit any more.
  await page.goto(`/flows/${flowId}?step=price`)
  await editor.codeArea.click()
  await editor.writeCode('export default async ({ trigger }) => ({ total: String(trigger.body.qty * 7) })\n')
  await page.goto(`/flows/${flowId}?step=say`)
  await expect(editor.inspector).toContainText('counts with numbers')
  await page.goto(`/flows/${flowId}?step=use`)
  await expect(editor.inspector).toContainText("Property 'toFixed' does not exist on type 'string'")

  // Publishing lists what there is to look at; choosing one of them leads there.
  await page.getByRole('button', { name: 'Publish' }).click()
  const hints = page.getByRole('dialog').getByRole('region', { name: 'To look at' }).getByRole('listitem')
  await expect(hints).toHaveCount(2)
  await hints.filter({ hasText: 'Use it · line 2' }).getByRole('button').click()
  await expect(editor.codeArea).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})
