import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

interface Endpoints {
  endpoints: { url: string }[]
}

test('somebody gives a file back to whoever sent it, lets a page call, and then sends callers on', async ({
  signedIn: page,
  api,
}) => {
  const editor = new EditorPage(page)
  const { id, endpoints } = await api<{ id: string } & Endpoints>('POST', '/flows', {
    document: {
      schema: 1,
      name: 'Give it back',
      nodes: [
        { id: 'start', type: 'webhook', name: 'New photo', params: { respond: 'respondStep', cors: '*' } },
        { id: 'answer', type: 'respond', name: 'Give back', params: {} },
      ],
      edges: [{ source: 'start', target: 'answer' }],
    },
  })
  const url = endpoints[0]?.url ?? ''
  const form = new FormData()
  form.append('photo', new File([new Uint8Array([137, 80, 78, 71, 0])], 'käse.png', { type: 'image/png' }))
  // What is sent to a draft is its sample: from there the file is chosen.
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(202)
  await page.goto(`/flows/${id}?step=answer`)
  await editor.choose('What the caller gets', 'A file')
  // What is lacking is said once somebody was there.
  await editor.inspector.getByRole('textbox', { name: 'Answer', exact: true }).focus()
  await editor.inspector.getByRole('textbox', { name: 'Status' }).focus()
  await expect(editor.inspector.getByText('Choose the file that it sends.')).toBeVisible()
  await editor.insertData('Answer', 'käse')
  await expect(editor.step('Give back')).toContainText('Answers with a file')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map((violation) => violation.id)).toEqual([])

  await page.goto(`/flows/${id}?step=start`)
  await editor.inspector.getByRole('button', { name: /More fields/ }).click()
  await editor.inspector.getByRole('textbox', { name: 'Web pages that may call this, 1' }).fill('https://shop.example')
  await editor.saved()
  await api('POST', `/flows/${id}/publish`)
  const back = await fetch(url, { method: 'POST', body: form, headers: { origin: 'https://shop.example' } })
  expect(back.headers.get('content-type')).toBe('image/png')
  expect(back.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect([...new Uint8Array(await back.arrayBuffer())]).toEqual([137, 80, 78, 71, 0])

  await page.goto(`/flows/${id}?step=answer`)
  await editor.choose('What the caller gets', 'Sent on to another address')
  await expect(editor.inspector.getByRole('textbox', { name: 'Status' })).toHaveCount(0)
  await editor.inspector.getByRole('textbox', { name: 'To this address' }).fill('https://example.com/thanks')
  await editor.saved()
  await api('POST', `/flows/${id}/publish`)
  const sentOn = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
  expect([sentOn.status, sentOn.headers.get('location')]).toEqual([302, 'https://example.com/thanks'])
})
