import { expect, test } from './harness/test.ts'

test('a secret is added, used by a flow, changed and deleted, with the keyboard alone', async ({ signedIn: page, api }) => {
  const flow = await api<{ id: string }>('POST', '/flows', {
    document: {
      name: 'Uses a key',
      nodes: [
        { id: 'trigger', type: 'manual' },
        {
          id: 'code',
          type: 'code',
          params: {
            code: `export default async ({ secrets }) => { const key = await secrets.get('paypal'); return [key, key.length] }`,
          },
        },
      ],
      edges: [{ source: 'trigger', target: 'code' }],
    },
  })
  await api('POST', `/flows/${flow.id}/publish`, {})
  const run = () => api<{ output: unknown; status: string }>('POST', `/flows/${flow.id}/runs`, { wait: 60 })

  await page.goto('/flows')
  await page.getByRole('link', { name: 'Values' }).first().press('Enter')
  await page.getByRole('button', { name: 'New secret' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: /^(New|Change|Delete) / })
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await page.keyboard.type('pay pal')
  await expect(dialog.getByText('A name has 1 to 100')).toBeVisible()
  await dialog.getByLabel('Name').fill('paypal')
  await page.keyboard.press('Tab')
  await page.keyboard.type('sk_live_0123456789')
  await dialog.getByLabel('Add a host').fill('api.paypal.com')
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('api.paypal.com')).toBeVisible()
  await dialog.getByRole('radio', { name: 'Only these flows' }).click()
  await dialog.getByRole('button', { name: 'Save' }).press('Enter')
  const row = page.getByRole('list', { name: 'Secrets', exact: true }).getByRole('listitem').filter({ hasText: 'paypal' })
  await expect(row).toContainText('For no flow yet · sent to api.paypal.com')
  expect(await run()).toMatchObject({ status: 'failed', error: { code: 'secret_unavailable' } })

  await page.getByRole('button', { name: 'Change paypal' }).press('Enter')
  await expect(dialog.getByLabel('New value')).toHaveValue('')
  await dialog.getByRole('checkbox', { name: 'Uses a key' }).press(' ')
  await dialog.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(row).toContainText('For Uses a key')
  expect(await run()).toMatchObject({ status: 'succeeded', output: ['[secret paypal]', 18] })
  expect(await page.content()).not.toContain('sk_live')

  await page.getByRole('button', { name: 'Delete paypal' }).press('Enter')
  await expect(dialog).toContainText('can’t be brought back')
  await dialog.getByRole('button', { name: 'Delete the secret' }).press('Enter')
  await expect(row).toHaveCount(0)
})

test('a shared value is added, changed, deleted and brought back', async ({ signedIn: page, api }) => {
  await page.goto('/values')
  await page.getByRole('button', { name: 'New shared value' }).click()
  const dialog = page.getByRole('dialog', { name: /^(New|Change|Delete) / })
  await dialog.getByLabel('Name').fill('limit')
  await dialog.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Number' }).click()
  await dialog.getByLabel('Value').fill('many')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByText('This is not a number')).toBeVisible()
  await dialog.getByLabel('Value').fill('12.5')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('list', { name: 'Shared values' }).getByRole('listitem').filter({ hasText: 'limit' })
  await expect(row).toContainText('12.5')
  expect(await api('GET', '/variables/limit')).toMatchObject({ value: 12.5 })

  await page.getByRole('button', { name: 'Change limit' }).click()
  await dialog.getByLabel('Value').fill('13')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('13')
  await page.getByRole('button', { name: 'Delete limit' }).click()
  await expect(row).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toContainText('13')
})
