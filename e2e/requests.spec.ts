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
  await shoot('compare')
  await comparison.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Nimbus' }).click()
  const one = page.getByRole('region', { name: 'Request', exact: true })
  await expect(one).toContainText('amount is text, usually number')
  await one.getByRole('button', { name: 'Use as sample' }).click()
  await expect(page.getByText('The start step now uses this request as its sample')).toBeVisible()
  await one.getByRole('button', { name: 'Send through the draft' }).click()
  await expect(one.getByRole('link', { name: 'Sent through the draft' })).toBeVisible()
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await one.getByRole('button', { name: 'Copy as curl' }).click()
  await expect(page.getByText('Copied as a command')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`--data-raw '{"name":"Nimbus","amount":"1,250"}'`)
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
  await shoot('kept')

  // One alone goes through once it is said that it is meant.
  await page.getByRole('button', { name: 'Ada', exact: true }).click()
  await one.getByRole('button', { name: 'Send through version 1 (live)…' }).click()
  const question = page.getByRole('dialog', { name: 'Send it through?' })
  await shoot('send')
  await question.getByRole('button', { name: 'Send through version 1' }).click()
  await expect(question).toBeHidden()
  await one.getByRole('link', { name: 'The run it started' }).click()
  await page.getByRole('link', { name: 'The request it started with' }).click()
  await expect(one).toContainText('202')
  await shoot('answer')

  await page.getByRole('combobox', { name: 'When' }).click()
  await page.getByRole('option', { name: 'Between two times' }).click()
  await page.getByLabel('From', { exact: true }).fill('2030-01-01T00:00')
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(rows).toHaveCount(5)
  await page.getByLabel('How many a second').fill('0.01')
  await page.getByRole('button', { name: 'Send all through…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send all through' }).click()
  await expect(page.getByText('In the order they came, one every 100 seconds.')).toBeVisible()
  await shoot('drain')
  await page.getByRole('button', { name: 'Stop sending' }).click()
  await page.getByLabel('How many a second').fill('20')
  await page.getByRole('button', { name: 'Send all through…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send all through' }).click()
  await expect(rows.filter({ hasText: 'Started a run' })).toHaveCount(4)
  await expect(page.getByText('are kept and started no run')).toBeHidden()
  await expect(page.getByText(/^All \d are sent through$/).first()).toBeVisible()

  await page.goto(`/flows/${id}`)
  await page.locator('[data-step]').first().click()
  await page.keyboard.press('l')
  await page.getByRole('tab', { name: 'Came out' }).click()
  await page.getByRole('button', { name: /^Sample:/ }).click()
  await page.getByRole('menuitem', { name: 'From a past request…' }).click()
  await shoot('sample', { isNarrowToo: false })
  await page.getByRole('list', { name: 'Past requests' }).getByRole('button', { name: 'Cleo' }).click()
  await expect(page.getByRole('dialog', { name: 'From a past request' })).toBeHidden()

  async function shoot(name: string, { isNarrowToo = true } = {}) {
    const folder = process.env['SHOTS']
    if (folder === undefined) return
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.screenshot({ path: `${folder}/${name}-${scheme}.png` })
    }
    await page.emulateMedia({ colorScheme: 'light' })
    if (!isNarrowToo) return
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: `${folder}/${name}-narrow.png` })
    await page.setViewportSize({ width: 1440, height: 900 })
  }
})

test('somebody pauses a flow, sees that what comes in is kept, and lets it go on', async ({ signedIn: page, api }) => {
  const document = {
    schema: 1,
    name: 'Paused orders',
    nodes: [
      { id: 'start', type: 'webhook', name: 'New order', params: { path: 'paused-orders' } },
      { id: 'end', type: 'output', name: 'End', params: { value: '{{ trigger.body }}' } },
    ],
    edges: [{ source: 'start', target: 'end' }],
  }
  const { id } = await api<{ id: string }>('POST', '/flows', { document })
  await api('POST', `/flows/${id}/publish`, {})
  const { endpoints } = await api<{ endpoints: { url: string }[] }>('GET', `/flows/${id}`)
  await page.goto(`/flows/${id}?step=start`)
  await expect(page.getByText('What is sent here starts a run of the version that is live.')).toBeVisible()
  await page.getByRole('button', { name: 'On · v1' }).click()
  await page.getByRole('button', { name: 'Pause it, and keep what comes in' }).click()
  await expect(page.getByText('Paused: what comes in is kept', { exact: true })).toBeVisible()
  await expect(page.getByText('what is sent here is kept and starts nothing')).toBeVisible()
  const reply = await fetch(endpoints[0]?.url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"who":"Nimbus"}',
  })
  expect(reply.status).toBe(202)

  await page.getByRole('button', { name: 'Paused · v1' }).click()
  await page.getByRole('link', { name: 'See requests' }).click()
  const row = page.getByRole('list', { name: 'Requests' }).getByRole('listitem')
  await expect(row).toContainText('Came while the flow was paused')
  await expect(page.getByText('goes through by itself once the flow goes on')).toBeVisible()
  await page.getByRole('link', { name: 'Open the flow' }).click()
  await page.getByRole('button', { name: 'Paused · v1' }).click()
  await page.getByRole('button', { name: 'Let it go on' }).click()
  await page.getByRole('button', { name: 'On · v1' }).click()
  await page.getByRole('link', { name: 'See requests' }).click()
  await expect(row).toContainText('Started a run')
})
