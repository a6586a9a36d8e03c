import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { ensureOwner, expect, test } from './harness/test.ts'

const document = {
  schema: 1,
  name: 'Looked at closely',
  nodes: [
    { id: 'trigger', type: 'manual', name: 'Started by hand' },
    { id: 'price', type: 'code', name: 'Work out the price', params: { code: 'export default async () => ({ total: 42 })' } },
    { id: 'large', type: 'branch', name: 'A large order?', params: { condition: '{{ steps.price.total > 10 }}' } },
    { id: 'keep', type: 'set', name: 'Keep it', params: { values: { total: '{{ steps.price.total }}' } } },
  ],
  edges: [
    { source: 'trigger', target: 'price' },
    { source: 'price', target: 'large' },
    { source: 'large', sourceHandle: 'true', target: 'keep' },
  ],
}

/** The words people never see outside code and developer details. */
const jargon = /\b(DAG|payload|schema|node|edge|execution|credential|boolean|null|array|JSON)\b/

async function look(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
  expect(serious.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  const text = await page.evaluate(() => {
    const copy = window.document.body.cloneNode(true) as HTMLElement
    for (const hidden of copy.querySelectorAll('[data-dev], .monaco-editor, script, style')) hidden.remove()
    return copy.textContent
  })
  expect(jargon.exec(text ?? '')?.[0]).toBeUndefined()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every screen passes axe and speaks plainly, ${colorScheme}`, async ({ signedIn: page, api, product }) => {
    await ensureOwner(product.url)
    await page.emulateMedia({ colorScheme })
    const flow = await api<{ id: string }>('POST', '/flows', { document })
    await api('POST', `/flows/${flow.id}/publish`, {})
    const run = await api<{ id: string }>('POST', `/flows/${flow.id}/runs`, { input: {}, wait: 60 })

    await api('PUT', '/secrets/stripe', { value: 'sk_test', hosts: ['api.stripe.com'] })
    await api('PUT', '/variables/shopUrl', { value: 'https://shop.example.com' })

    await page.goto('/flows')
    await expect(page.getByText('Looked at closely').first()).toBeVisible()
    await look(page)

    await page.goto(`/flows/${flow.id}`)
    await expect(page.locator('[data-step="Keep it"]')).toBeVisible()
    await look(page)
    await page.locator('[data-step="Keep it"]').click()
    await expect(page.getByRole('complementary', { name: 'Inspector' })).toBeVisible()
    await look(page)

    await page.goto(`/flows/${flow.id}/runs/${run.id}`)
    await expect(page.locator('[data-step="Keep it"]')).toHaveAttribute('data-state', 'worked')
    await look(page)

    await page.goto('/runs')
    await expect(page.getByText('Worked').first()).toBeVisible()
    await look(page)

    await page.goto('/values')
    await expect(page.getByText('stripe').first()).toBeVisible()
    await expect(page.getByText('shopUrl').first()).toBeVisible()
    await look(page)
    await page.getByRole('button', { name: 'New secret' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await look(page)

    await page.goto('/settings')
    await expect(page.getByRole('heading').first()).toBeVisible()
    await look(page)

    await page.goto('/settings/egress')
    await page.getByText('Only these hosts').click()
    await page.getByLabel('Add a host').fill('api.example.com')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Remove api.example.com' })).toBeVisible()
    await look(page)

    await page.goto('/settings/system')
    await expect(page.getByRole('list', { name: 'Protection of this machine' })).toBeVisible()
    await look(page)
  })
}

test('signing in passes axe', async ({ page, product }) => {
  await ensureOwner(product.url)
  await page.goto('/login')
  await expect(page.getByRole('button', { name: /Sign in/ })).toBeVisible()
  await look(page)
})
