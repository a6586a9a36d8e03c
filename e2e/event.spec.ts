import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('an event that starts a run of a published flow is there to build on while one looks at its start', async ({
  signedIn: page,
  api,
}) => {
  const { id } = await api<{ id: string }>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Thank who paid',
      nodes: [
        { id: 'paid', type: 'event', name: 'Order paid', params: { name: 'order.paid' } },
        { id: 'keep', type: 'set', name: 'Keep it', params: { values: { total: '{{ trigger.body.total }}' } } },
      ],
      edges: [{ source: 'paid', target: 'keep' }],
    },
  })
  await api('POST', `/flows/${id}/publish`, {})
  await page.goto(`/flows/${id}?step=paid`)
  const editor = new EditorPage(page)
  await expect(editor.inspector.getByText('what starts the next run becomes it')).toBeVisible()

  await api('POST', '/events', { name: 'order.paid', data: { total: 1250 } })
  await expect(page.getByText('What the event says')).toBeVisible()
  await expect(page.getByText('1250').first()).toBeVisible()
  await expect(editor.inspector.getByText('The steps after this one are tested on its sample.')).toBeVisible()
  await expect(editor.step('Order paid')).toHaveAttribute('data-state', 'worked')
})
