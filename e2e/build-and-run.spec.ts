import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('somebody draws webhook → code → call → answer, publishes it, calls it and sees the run', async ({
  signedIn: page,
  product,
  ledger,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const editor = new EditorPage(page)
  await editor.makeFlow('Order price')

  await editor.chooseStart('web request')
  await expect(editor.step('Web request')).toBeVisible()
  await editor.inspector.getByRole('textbox', { name: 'End of the address' }).fill('order-price')
  await editor.saved()

  // The address listens before anything is published, and what it hears becomes the sample.
  const kept = await page.request.post(`${product.url}/hooks/order-price`, { data: { qty: 6, customer: 'Nimbus Ltd' } })
  expect(kept.status()).toBe(202)
  expect(await kept.json()).toEqual({ requestId: expect.stringMatching(/^req_/) })
  await expect(page.getByRole('region', { name: 'Data' }).getByText('Nimbus Ltd')).toBeVisible()

  await editor.addAfter('Web request', 'code')
  await editor.writeCode(
    'export default async ({ trigger, log }: Context) => {\n  const total = trigger.body.qty * 7\n  log("total", total)\n  return { total }\n}\n',
  )
  // Typed, with its spaces.
  await page.keyboard.press('ControlOrMeta+Home')
  await page.keyboard.type('// six times seven')
  await page.keyboard.press('Enter')
  await expect(editor.inspector.locator('.monaco-editor').first()).toContainText(/six\stimes\sseven/)
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(editor.step('Code')).toHaveAttribute('data-state', 'worked')
  await expect(editor.inspector.getByText(/Worked · 1 field/)).toBeVisible()
  // The code editor is made anew each time its step is opened.
  await editor.step('Web request').click()
  await editor.step('Code').click()
  await expect(editor.inspector.locator('.monaco-editor').first()).toContainText('const total')

  await editor.addAfter('Code', 'call a web')
  await editor.inspector.getByRole('textbox', { name: 'Address', exact: true }).click()
  await page.keyboard.type(`${ledger.url}/charge`)
  await editor.choose('Method', 'POST')
  // The caller has to wait for the answer that is put here; nobody needs to think of that.
  await editor.addAfter('Call a web address', 'answer')
  await editor.insertData('Answer', 'total')
  await expect(page.locator('[data-pill="Code.total"]')).toBeVisible()
  await editor.saved()
  await editor.publish()

  const answer = await page.request.post(`${product.url}/hooks/order-price`, { data: { qty: 6 } })
  expect(answer.status()).toBe(200)
  expect(await answer.json()).toBe(42)
  expect(ledger.entries.filter((entry) => entry.path === '/charge')).toHaveLength(1)

  await page.goto('/runs')
  const row = page.getByRole('listitem').filter({ hasText: 'Order price' }).first()
  await expect(row.getByText('Worked')).toBeVisible()
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/runs\/run_/)
  for (const step of ['Web request', 'Code', 'Call a web address', 'Answer the request']) {
    await expect(page.locator(`[data-step="${step}"]`)).toHaveAttribute('data-state', 'worked')
  }
  await page.locator('[data-step="Code"]').click()
  await page.getByRole('tab', { name: 'Came out' }).click()
  await expect(page.getByText('total')).toBeVisible()
  await page.getByRole('tab', { name: 'Log' }).click()
  await expect(page.getByText(/total 42|total/).first()).toBeVisible()
})
