import { createServer } from 'node:http'
import { expect, test as base } from './harness/test.ts'
import { startProduct } from './harness/server.ts'
import { EditorPage } from './pages/editor.ts'

/** A registry that knows one package and can't deliver it, which is all that is needed to see what is said. */
async function startRegistry(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`
    response.statusCode = request.url === '/left-trim' ? 200 : 404
    response.setHeader('content-type', 'application/json')
    const version = {
      name: 'left-trim',
      version: '2.4.1',
      description: 'Takes away what stands on the left',
      dist: { tarball: `${url}/left-trim/-/left-trim-2.4.1.tgz`, integrity: 'sha512-AAAA' },
    }
    response.end(
      JSON.stringify(
        response.statusCode === 200
          ? { name: 'left-trim', 'dist-tags': { latest: '2.4.1' }, versions: { '2.4.1': version } }
          : {},
      ),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (!address || typeof address === 'string') throw new Error('The registry has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const test = base.extend({
  product: [
    async ({}, use) => {
      const registry = await startRegistry()
      const product = await startProduct({ npm_config_registry: registry.url })
      await use(product)
      await product.dispose()
      registry.close()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

test('a package that code imports and the workspace lacks is offered at its line, and one that nobody knows is said once', async ({
  signedIn: page,
  api,
}) => {
  const flow = await api<{ id: string }>('POST', '/flows', {
    name: 'Trim',
    document: {
      schema: 1,
      name: 'Trim',
      nodes: [
        { id: 'start', type: 'manual', name: 'Begin', position: { x: 0, y: 0 }, params: {}, settings: {} },
        {
          id: 'trim',
          type: 'code',
          name: 'Trim it',
          position: { x: 0, y: 128 },
          params: {
            code: 'import trim from "left-trim"\nimport other from "nobody-has-this"\nexport default () => [trim, other]\n',
          },
          settings: {},
        },
      ],
      edges: [{ source: 'start', target: 'trim' }],
    },
  })
  const editor = new EditorPage(page)
  await page.goto(`/flows/${flow.id}?step=trim`)
  const offer = editor.codeLine('left-trim')
  await expect(offer).toContainText('Add left-trim 2.4.1')
  const missing = editor.inspector.getByRole('list', { name: 'Packages that are missing' })
  await expect(missing.getByRole('button', { name: 'Add left-trim 2.4.1' })).toBeVisible()
  await expect(missing.getByRole('listitem')).toHaveCount(2)
  await expect(missing).toContainText('The npm registry has no package called nobody-has-this.')

  await offer.click({ position: { x: 20, y: 8 } })
  await page.keyboard.press('ControlOrMeta+.')
  await expect(missing.getByRole('alert')).toContainText('left-trim 2.4.1 could not be installed')
  await expect(missing.getByRole('button', { name: 'Try again' })).toBeVisible()
})
