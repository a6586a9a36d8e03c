import { createServer } from 'node:http'
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

async function look(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}

test('somebody builds a form, tries it, publishes it, and each form sent is a run', async ({ signedIn: page, context, api }) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('New lead to team')
  await editor.chooseStart('form')
  await expect(editor.step('Form sent in')).toBeVisible()
  const preview = editor.inspector.getByRole('region', { name: 'Preview of the form' })
  await expect(preview).toContainText('Name')
  await expect(preview).toContainText('Email')

  // A field is added and named with the keyboard alone.
  await editor.inspector.getByRole('button', { name: 'Add a field' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Number' }).press('Enter')
  await expect(editor.inspector.getByRole('textbox', { name: 'Label' })).toBeFocused()
  await page.keyboard.type('Amount')
  await expect(preview).toContainText('Amount')
  await expect(editor.inspector.getByText('Later steps call it amount')).toBeVisible()

  await editor.inspector.getByRole('button', { name: 'Add a field' }).click()
  await page.getByRole('menuitem', { name: 'One of several' }).click()
  await page.keyboard.type('Plan')
  await editor.inspector.getByRole('textbox', { name: 'Choices' }).fill('small\nbig')
  await editor.inspector.getByRole('button', { name: 'Add a field' }).click()
  await page.getByRole('menuitem', { name: 'Text', exact: true }).click()
  await page.keyboard.type('Why big')
  await editor.choose('Only show if', 'Plan')
  await editor.choose('The answer to Plan', 'big')
  await expect(preview).toContainText('Not always shown')
  await look(page)
  const colours = (button: Locator) =>
    button.evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color])
  const previewed = await colours(preview.locator('button', { hasText: 'Send' }))

  // Taken away by mistake, and back again.
  await editor.inspector.getByRole('button', { name: 'Remove Amount' }).click()
  await expect(preview).not.toContainText('Amount')
  await editor.canvas.focus()
  await page.keyboard.press('Control+z')
  await expect(preview).toContainText('Amount')
  await expect(page.locator('[data-save="saved"]')).toBeVisible()

  const opening = context.waitForEvent('page')
  await editor.inspector.getByRole('link', { name: 'Open form' }).click()
  const form = await opening
  await expect(form).toHaveTitle('New lead to team')
  expect(await colours(form.getByRole('button', { name: 'Send' }))).toEqual(previewed)
  await look(form)
  await expect(form.getByLabel('Why big')).toBeHidden()
  await form.getByLabel('Plan').selectOption('big')
  await expect(form.getByLabel('Why big')).toBeVisible()
  await form.getByLabel('Name').fill('Nimbus Ltd')
  await form.getByLabel('Email').fill('hello@nimbus.example')
  await form.getByLabel('Amount').fill('1250')
  await form.getByLabel('Why big').fill('We grow')
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(form.getByRole('heading', { name: 'Thank you' })).toBeVisible()
  await look(form)

  // Without a reload, the editor has it as the sample.
  await expect(editor.step('Form sent in')).toHaveAttribute('data-state', 'worked')
  await expect(page.getByText('Nimbus Ltd').first()).toBeVisible()

  const flowId = /flow_[a-z0-9]+/i.exec(page.url())?.[0] ?? ''
  await api('POST', `/flows/${flowId}/publish`, {})
  await form.goto(form.url())
  await form.getByLabel('Name').fill('Orbit')
  await form.getByLabel('Email').fill('post@orbit.example')
  await form.getByRole('button', { name: 'Send' }).dblclick()
  await expect(form.getByRole('heading', { name: 'Thank you' })).toBeVisible()
  const runs = await api<{ items: unknown[] }>('GET', `/runs?flowId=${flowId}`)
  expect(runs.items).toHaveLength(1)
})

test.describe('without scripts, dark and on a phone', () => {
  test.use({ javaScriptEnabled: false, colorScheme: 'dark', viewport: { width: 360, height: 740 } })

  test('a form says what is wrong where, and keeps what was typed', async ({ page, api }) => {
    const { endpoints } = await api<{ endpoints: { url: string }[] }>('POST', '/flows', {
      document: {
        schema: 1,
        name: 'Order',
        nodes: [
          {
            id: 'start',
            type: 'form',
            params: {
              fields: [
                { id: 'name', label: 'Name', type: 'text', required: true, help: 'As on the invoice' },
                { id: 'extras', label: 'Extras', type: 'choices', options: ['Box', 'Card'], required: true },
                { id: 'text', label: 'Message', type: 'longText' },
                { id: 'day', label: 'Day', type: 'date' },
                { id: 'agreed', label: 'I agree', type: 'boolean' },
              ],
            },
          },
        ],
        edges: [],
      },
    })
    await page.goto(endpoints[0]?.url ?? '')
    await page.getByLabel('Name').fill('Nimbus')
    await page.getByLabel('Message').fill('two\nlines')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('alert')).toContainText('Some answers need another look')
    await expect(page.getByRole('group', { name: 'Extras' })).toContainText('This must be filled in.')
    await expect(page.getByLabel('Name')).toHaveValue('Nimbus')
    await expect(page.getByLabel('Message')).toHaveValue('two\nlines')
    await page.getByRole('link', { name: 'Extras' }).click()
    await page.getByRole('checkbox', { name: 'Box' }).check()
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('heading', { name: 'Thank you' })).toBeVisible()
  })

  test('a form of two pages with a file leads from one to the next', async ({ page, api }) => {
    const flow = await api<{ id: string; endpoints: { url: string }[] }>('POST', '/flows', {
      document: {
        schema: 1,
        name: 'Two pages',
        nodes: [
          { id: 'start', type: 'form', params: { fields: [{ id: 'offer', label: 'Offer', type: 'file', required: true }] } },
          {
            id: 'more',
            type: 'waitForForm',
            name: 'And then?',
            params: { thanks: 'All done', fields: [{ id: 'seats', label: 'Seats', type: 'number', required: true }] },
          },
          { id: 'end', type: 'output', params: { value: { file: '{{ trigger.body.offer }}', more: '{{ steps.more.body }}' } } },
        ],
        edges: [
          { source: 'start', target: 'more' },
          { source: 'more', sourceHandle: 'received', target: 'end' },
        ],
      },
    })
    await api('POST', `/flows/${flow.id}/publish`, {})
    await page.goto(flow.endpoints[0]?.url ?? '')
    await page.getByLabel('Offer').setInputFiles({ name: 'offer.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') })
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('heading', { name: 'And then?' })).toBeVisible()
    await page.getByLabel('Seats').fill('3')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByText('All done')).toBeVisible()
    const { items } = await api<{ items: { id: string }[] }>('GET', `/runs?flowId=${flow.id}`)
    const output = async () => (await api<{ output: unknown }>('GET', `/runs/${items[0]?.id ?? ''}`)).output
    await expect.poll(output).toMatchObject({ file: { name: 'offer.pdf', size: 4 }, more: { seats: 3 } })
  })
})

test('a form leads on to the site its author named', async ({ browser, api }) => {
  const elsewhere = createServer((_req, res) => res.end('<title>Elsewhere</title>'))
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const address = elsewhere.address()
  const redirect = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/thanks`
  const fields = [{ id: 'name', label: 'Name', type: 'text', required: true }]
  const flow = await api<{ id: string; endpoints: { url: string }[] }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'On to elsewhere',
      nodes: [{ id: 'start', type: 'form', params: { fields, redirect } }],
      edges: [],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const page = await browser.newPage()
  await page.goto(flow.endpoints[0]?.url ?? '')
  await page.getByLabel('Name').fill('Nimbus')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page).toHaveURL(redirect)
  await page.close()
  elsewhere.close()
})

test('a run is started by hand with a form made of what its start asks for', async ({ signedIn: page, api }) => {
  const flow = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Ship it',
      nodes: [
        {
          id: 'start',
          type: 'manual',
          params: {
            input: {
              type: 'object',
              required: ['customer', 'qty'],
              properties: {
                customer: { type: 'string', minLength: 1, title: 'Customer' },
                qty: { type: 'integer', minimum: 1, title: 'How many' },
                plan: { enum: ['small', 'big'], title: 'Plan' },
                gift: { type: 'boolean', title: 'A gift' },
              },
            },
          },
        },
        { id: 'end', type: 'output', params: { value: '{{ trigger.body }}' } },
      ],
      edges: [{ source: 'start', target: 'end' }],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  await page.goto(`/flows/${flow.id}/runs`)
  await page.getByRole('button', { name: 'Start a run' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start Ship it' })
  await dialog.getByRole('textbox', { name: 'How many' }).fill('0')
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(dialog.getByRole('textbox', { name: 'Customer' })).toBeFocused()
  await expect(dialog.getByRole('textbox', { name: 'How many' })).toHaveAttribute('aria-invalid', 'true')
  await look(page)
  await dialog.getByRole('textbox', { name: 'Customer' }).fill('Nimbus Ltd')
  await dialog.getByRole('textbox', { name: 'How many' }).fill('3')
  await dialog.getByRole('combobox', { name: 'Plan' }).click()
  await page.getByRole('option', { name: 'Big' }).click()
  await dialog.getByRole('checkbox', { name: 'A gift' }).check()
  await dialog.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page).toHaveURL(/\/runs\/run_/)
  await expect(page.getByText('Nimbus Ltd').first()).toBeVisible()
  const { items } = await api<{ items: { id: string }[] }>('GET', `/runs?flowId=${flow.id}`)
  expect(items).toHaveLength(1)
  const output = async () => (await api<{ output: unknown }>('GET', `/runs/${items[0]?.id ?? ''}`)).output
  await expect.poll(output).toEqual({ customer: 'Nimbus Ltd', qty: 3, plan: 'big', gift: true })
})
