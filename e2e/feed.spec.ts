import AxeBuilder from '@axe-core/playwright'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from './harness/test.ts'
import { EditorPage } from './pages/editor.ts'

test('somebody follows a feed, gets an item to build on, sees how it stands, and what is wrong when it is away', async ({
  signedIn: page,
}) => {
  const posts = ['Tea is ready']
  let status = 200
  const blog = createServer((_request, response) => {
    const items = posts.toReversed().map((post) => `<item><guid>${post}</guid><title>${post}</title></item>`)
    response.writeHead(status).end(`<rss version="2.0"><channel><title>Blog</title>${items.join('')}</channel></rss>`)
  })
  blog.listen(0, '127.0.0.1')
  await once(blog, 'listening')
  const address = blog.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  const editor = new EditorPage(page)
  await editor.makeFlow('Read the blog')
  await editor.chooseStart('rss')
  await expect(editor.inspector.getByText('It checks every 5 min as soon as the flow is published with it.')).toBeVisible()
  await editor.inspector.getByRole('textbox', { name: 'Address of the feed' }).fill(`http://127.0.0.1:${port}/feed.xml`)
  await expect(editor.step('New item in a feed')).toContainText(`127.0.0.1:${port} · every 5 min`)

  await editor.inspector.getByRole('button', { name: 'Get the newest item' }).click()
  await expect(page.getByText('Tea is ready').first()).toBeVisible()

  await editor.addAfter('New item in a feed', 'values')
  await editor.saved()
  await editor.publish()
  await editor.step('New item in a feed').click()
  await page.keyboard.press('Enter')
  const checks = editor.inspector.getByRole('region', { name: 'Checks' })
  await expect(checks.getByText('Nothing new yet')).toBeVisible()
  await expect(checks.getByText(/^in \d min$/)).toBeVisible()

  posts.push('Cake too')
  await checks.getByRole('button', { name: 'Check now' }).click()
  await expect(checks.getByText('1 item')).toBeVisible()

  status = 503
  await checks.getByRole('button', { name: 'Check now' }).click()
  await expect(checks.getByText('The last check didn’t work')).toBeVisible()
  await expect(checks.getByText(/answered 503/)).toBeVisible()
  await expect(checks.getByText(/It is tried again in/)).toBeVisible()
  for (let failures = 2; failures <= 3; failures++) {
    await checks.getByRole('button', { name: 'Check now' }).click()
    await expect(checks.getByText(`The last ${failures} checks didn’t work`)).toBeVisible()
  }
  await expect(page.getByRole('button', { name: '“New item in a feed” can’t check' })).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => [id, nodes[0]?.html]),
  ).toEqual([])

  status = 200
  await checks.getByRole('button', { name: 'Check now' }).click()
  await expect(checks.getByText(/didn’t work/)).toBeHidden()
  await page.goto('/runs')
  await expect(page.getByRole('listitem').filter({ hasText: 'Read the blog' }).first()).toContainText('Worked')
  blog.close()
  blog.closeAllConnections()
})

test('what is still to be filled in is said at its field once somebody was there, or wants to publish', async ({
  signedIn: page,
}) => {
  const editor = new EditorPage(page)
  const address = editor.inspector.getByRole('textbox', { name: 'Address of the feed' })
  await editor.makeFlow('Nothing filled in')
  await editor.chooseStart('rss')
  await expect(page.getByRole('button', { name: '1 problem' })).toBeVisible()
  await expect(address).not.toHaveAttribute('aria-invalid')

  await address.focus()
  await page.keyboard.press('Tab')
  await expect(address).toHaveAttribute('aria-invalid', 'true')
  await address.fill('https://example.com/feed.xml')
  await expect(address).not.toHaveAttribute('aria-invalid')

  await editor.makeFlow('Wanted too early')
  await editor.chooseStart('rss')
  await expect(address).not.toHaveAttribute('aria-invalid')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(page.getByRole('dialog').getByText('One thing stands in the way')).toBeVisible()
  await page.getByRole('button', { name: 'Back to the flow' }).click()
  await expect(address).toHaveAttribute('aria-invalid', 'true')
})
