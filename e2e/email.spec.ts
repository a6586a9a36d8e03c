import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { createTransport } from 'nodemailer'
import { apiOf, expect, test as base } from './harness/test.ts'
import { startProduct, type Product } from './harness/server.ts'
import { EditorPage } from './pages/editor.ts'

const test = base.extend<object, { product: Product }>({
  product: [
    async ({}, use) => {
      const product = await startProduct({ HOLDFAST_MAIL_PORT: '0', HOLDFAST_MAIL_DOMAIN: 'mail.test' })
      await use(product)
      await product.dispose()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

async function look(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}

test('somebody has a flow start by e-mail, sends one as its sample, publishes it, and each mail is a run', async ({
  signedIn: page,
  product,
}) => {
  const portOf = () => Number(/"port":(\d+).*E-mail is taken/.exec(product.output())?.[1])
  const send = (to: string, subject: string) =>
    createTransport({ host: '127.0.0.1', port: portOf(), ignoreTLS: true }).sendMail({
      from: 'Nimbus <hello@nimbus.example>',
      to,
      subject,
      text: 'Seven of them, please.',
      html: '<p>Seven of them, <b>please</b>.</p><script>document.title = "taken over"</script>',
      attachments: [{ filename: 'offer.pdf', content: 'offer' }],
    })
  const editor = new EditorPage(page)
  await editor.makeFlow('Orders by e-mail')
  await editor.chooseStart('e-mail')
  await expect(editor.step('E-mail arrives')).toBeVisible()
  const shown = editor.inspector.getByRole('region', { name: 'E-mail address' }).getByText(/^[0-9a-f]{32}@mail\.test$/)
  await expect(shown).toBeVisible()
  await expect(editor.inspector.getByText('This server takes no e-mail yet')).toBeHidden()
  await editor.inspector.getByRole('textbox', { name: 'Before the @' }).fill('orders')
  await expect(editor.inspector.getByText('orders@mail.test', { exact: true })).toBeVisible()
  await look(page)

  // Without a reload, the editor has it as the sample.
  await send('orders@mail.test', 'The first order')
  await expect(editor.step('E-mail arrives')).toHaveAttribute('data-state', 'worked')
  await expect(page.getByText('The first order').first()).toBeVisible()

  const api = apiOf(product.url)
  const flowId = /flow_[a-z0-9]+/i.exec(page.url())?.[0] ?? ''
  await api('POST', `/flows/${flowId}/publish`, {})
  await send('orders+eu@mail.test', 'The second order')
  await page.goto(`/flows/${flowId}/requests`)
  await page.getByRole('button', { name: 'The second order' }).click()
  const panel = page.getByRole('region', { name: 'Request', exact: true })
  await expect(panel.getByRole('heading', { name: 'E-mail to orders' })).toBeVisible()
  await expect(panel).toContainText('hello@nimbus.example')
  await look(page)
  await panel.getByRole('link', { name: 'The run it started' }).click()
  await expect(page.getByText('The second order').first()).toBeVisible()
  await look(page)
  // What a stranger's HTML says is shown as the text it is.
  await expect(page).not.toHaveTitle('taken over')
})
