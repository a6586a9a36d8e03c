import { createHmac } from 'node:crypto'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

async function look(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}

interface Webhook {
  verify?: unknown
  dedupe?: unknown
}

test('somebody lets only GitHub call, changes the secret, undoes it, and says what makes two requests the same', async ({
  signedIn: page,
  api,
}) => {
  const editor = new EditorPage(page)
  await editor.makeFlow('Deploy on push')
  await editor.chooseStart('web request')
  const flowId = /flow_[a-z0-9]+/i.exec(page.url())?.[0] ?? ''
  const stored = async () => {
    await editor.saved()
    const { document } = await api<{ document: { nodes: { type: string; params: Webhook }[] } }>('GET', `/flows/${flowId}`)
    return document.nodes.find(({ type }) => type === 'webhook')?.params
  }

  await expect(editor.inspector.getByText('Who learns the address can start this flow')).toBeVisible()
  await editor.choose('Who may call this', 'GitHub')
  await expect(editor.inspector.getByText('Settings › Webhooks › Add webhook')).toBeVisible()
  // Of a secret nobody could choose yet it is said in the list of what is left, and not in red.
  await expect(page.getByRole('button', { name: '1 problem' })).toBeVisible()
  await expect(editor.inspector.locator('[aria-invalid=true]')).toHaveCount(0)

  // A secret is added on the spot.
  await editor.choose('Secret of the webhook', 'Add a secret…')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('github-hook')
  await dialog.getByRole('textbox', { name: 'Value' }).fill('the first secret')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(editor.inspector.getByRole('combobox', { name: 'Secret of the webhook' })).toHaveText('github-hook')
  await expect.poll(stored).toMatchObject({ verify: { preset: 'github', secret: 'github-hook' } })

  // Another one counts as well while it is changed.
  await editor.inspector.getByRole('button', { name: 'Change it: accept a second one for a while' }).click()
  await editor.choose('Also accept', 'Add a secret…')
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('github-hook-2')
  await dialog.getByRole('textbox', { name: 'Value' }).fill('the second secret')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(editor.inspector.getByRole('combobox', { name: 'Also accept' })).toHaveText('github-hook-2')
  await expect.poll(stored).toMatchObject({ verify: { secret: ['github-hook', 'github-hook-2'] } })
  await look(page)

  const { endpoints } = await api<{ endpoints: { url: string }[] }>('GET', `/flows/${flowId}`)
  const url = endpoints[0]?.url ?? ''
  const push = (secret: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update('{"ref":"main"}').digest('hex')}`,
      },
      body: '{"ref":"main"}',
    })
  expect((await push('the first secret')).status).toBe(202)
  expect((await push('the second secret')).status).toBe(202)
  expect((await push('a guess')).status).toBe(401)

  // Chosen by mistake, and back again.
  await editor.choose('Who may call this', 'Anyone who has the address')
  await expect.poll(stored).not.toHaveProperty('verify')
  await editor.canvas.focus()
  await page.keyboard.press('Control+z')
  await expect(editor.inspector.getByRole('combobox', { name: 'Also accept' })).toHaveText('github-hook-2')
  await expect.poll(stored).toMatchObject({ verify: { preset: 'github', secret: ['github-hook', 'github-hook-2'] } })
  await editor.inspector.getByRole('button', { name: 'Accept only the first' }).click()
  await expect.poll(stored).toMatchObject({ verify: { secret: 'github-hook' } })

  await editor.inspector.getByRole('button', { name: /More fields/ }).click()
  await expect(editor.inspector.getByText('GitHub’s number of the delivery')).toBeVisible()
  await editor.insertData('Known by something else', 'ref')
  await editor.inspector.getByRole('textbox', { name: 'For how long' }).fill('12')
  await editor.choose('Unit of how long', 'hours')
  await expect.poll(stored).toMatchObject({ dedupe: { key: '{{ trigger.body.ref }}', windowHours: 12 } })
})

test('each kind of check says what is missing where it is, and one written by hand stays as it is', async ({
  signedIn: page,
  api,
}) => {
  const editor = new EditorPage(page)
  const byHand = { preset: 'github', secret: 'a', note: 'mine' }
  const { id } = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'By hand',
      nodes: [{ id: 'start', type: 'webhook', name: 'New web request', params: { verify: byHand } }],
      edges: [],
    },
  })
  await page.goto(`/flows/${id}?step=start`)
  const raw = editor.inspector.getByRole('textbox', { name: 'Who may call this' })
  await expect(raw).toHaveValue(JSON.stringify(byHand, null, 2))
  await raw.fill(JSON.stringify({ preset: 'stripe', secret: 'gone' }))
  await expect(editor.inspector.getByText('There is no such secret')).toBeVisible()
  await editor.choose('Who may call this', 'Anyone who has the address')

  await editor.choose('Who may call this', 'Another signature (HMAC)')
  await editor.inspector.getByRole('textbox', { name: 'Header with the signature' }).fill('')
  await editor.inspector.getByRole('button', { name: /^More fields/ }).focus()
  await expect(editor.inspector.getByText('"Header" is empty. Fill it in.')).toBeVisible()
  await expect(editor.inspector.getByText('Choose a secret, or add one')).toBeVisible()
  await editor.choose('Written as', 'Base64: letters, digits, + and /')
  await editor.inspector.getByRole('textbox', { name: 'Header with the time' }).fill('X-Time')
  await editor.inspector.getByRole('textbox', { name: 'Refuse what is older' }).fill('60')
  await look(page)

  await editor.choose('Who may call this', 'Signed token (JWT)')
  await editor.choose('How it is signed', 'With keys that are published at an address')
  await editor.inspector.getByRole('textbox', { name: 'Address of the keys' }).fill('login.example.com')
  await expect(editor.inspector.getByText('must look like "https://login.example.com/keys"')).toBeVisible()
  await editor.inspector.getByRole('textbox', { name: 'Address of the keys' }).fill('https://login.example.com/jwks')
  await expect(editor.inspector.getByText('must look like')).toHaveCount(0)
  await editor.saved()
  const { document } = await api<{ document: { nodes: { params: Webhook }[] } }>('GET', `/flows/${id}`)
  expect(document.nodes[0]?.params.verify).toEqual({ preset: 'jwt', jwksUrl: 'https://login.example.com/jwks' })
})
