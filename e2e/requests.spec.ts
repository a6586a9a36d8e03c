import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './harness/test.ts'

interface Made {
  id: string
  endpoints: { url: string }[]
}

test('somebody looks through what came in, compares two requests, sends one through again and then all that was kept', async ({
  signedIn: page,
  api,
  product,
}) => {
  const { id, endpoints } = await api<Made>('POST', '/flows', {
    document: {
      name: 'Orders',
      nodes: [
        { id: 'hook', type: 'webhook', params: {} },
        { id: 'pass', type: 'output', params: { value: '{{ trigger.body }}' } },
      ],
      edges: [{ source: 'hook', target: 'pass' }],
    },
  })
  const url = new URL(new URL(endpoints[0]?.url ?? '').pathname, product.url)
  const send = (body: unknown) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  await page.goto(`/flows/${id}/requests`)
  await expect(page.getByRole('heading', { name: 'Waiting for the first request' })).toBeVisible()

  for (const name of ['Ada', 'Bert', 'Cleo']) await send({ name, amount: 12.5, email: 'someone@example.com' })
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{nothing' })
  await send({ name: 'Nimbus', amount: '1,250' })
  const rows = page.getByRole('list', { name: 'Requests' }).getByRole('listitem')
  await expect(rows).toHaveCount(5)
  await expect(rows.nth(0)).toContainText('2 fields differ from usual')
  await expect(rows.nth(0)).toContainText('Came before the flow was published')
  await expect(rows.nth(1)).toContainText('Not readable as data – kept as text')

  await page.getByRole('searchbox', { name: 'Search requests' }).fill('nimb')
  await expect(rows).toHaveCount(1)
  await page.getByRole('searchbox', { name: 'Search requests' }).fill('')
  await expect(rows).toHaveCount(5)
  await page.getByRole('checkbox', { name: 'Choose Cleo for comparing' }).click()
  await page.getByRole('checkbox', { name: 'Choose Nimbus for comparing' }).click()
  await page.getByRole('button', { name: 'Compare these two' }).click()
  const comparison = page.getByRole('region', { name: 'Comparison' })
  await expect(comparison.getByRole('row').filter({ hasText: 'body.email' })).toContainText('missing')
  await comparison.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Nimbus' }).click()
  const one = page.getByRole('region', { name: 'Request', exact: true })
  await expect(one).toContainText('amount is text, usually number')
  await one.getByRole('button', { name: 'Use as sample' }).click()
  await expect(page.getByText('The start step now uses this request as its sample')).toBeVisible()
  await one.getByRole('button', { name: 'Send through the draft' }).click()
  await expect(one.getByRole('link', { name: 'See the new run' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id: rule, nodes }) => [rule, nodes[0]?.html]),
  ).toEqual([])
  await shoot('open')

  await api('POST', `/flows/${id}/publish`)
  await page.reload()
  await expect(page.getByText('4 requests are kept and started no run')).toBeVisible()
  await page.getByLabel('How many a second').fill('20')
  await page.getByRole('button', { name: 'Send all through' }).click()
  await expect(rows.filter({ hasText: 'Started a run' })).toHaveCount(4)
  await expect(page.getByText('are kept and started no run')).toBeHidden()

  async function shoot(name: string) {
    const folder = process.env['SHOTS']
    if (folder === undefined) return
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.screenshot({ path: `${folder}/${name}-${scheme}.png` })
    }
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: `${folder}/${name}-narrow.png` })
    await page.setViewportSize({ width: 1440, height: 900 })
  }
})
