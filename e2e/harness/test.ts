import { test as base, expect, type Page } from '@playwright/test'
import { apiKey, startProduct, type Product } from './server.ts'
import { startLedger, type Ledger } from './ledger.ts'

export { expect }

export const owner = { email: 'owner@test.example', name: 'Olive Owner', password: 'test-password-1' }

export interface Api {
  <T = unknown>(method: string, path: string, body?: unknown): Promise<T>
}

interface WorkerFixtures {
  product: Product
  ledger: Ledger
}
interface TestFixtures {
  api: Api
  signedIn: Page
}

/** Each spec file gets a product with an owner; each page fails its test on a console error or a call to elsewhere. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  product: [
    async ({}, use) => {
      const product = await startProduct()
      await use(product)
      await product.dispose()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  ledger: [
    async ({}, use) => {
      const ledger = await startLedger()
      await use(ledger)
      await ledger.close()
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ product }, use) => {
    await use(product.url)
  },
  api: async ({ product }, use) => {
    await use(apiOf(product.url))
  },
  page: async ({ page, product }, use) => {
    const faults: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text())) faults.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => faults.push(`page: ${error.message}`))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(product.url) && !/^(data|blob|about):/.test(url)) faults.push(`request to ${url}`)
    })
    await use(page)
    expect(faults, 'nothing went wrong behind the page').toEqual([])
  },
  signedIn: async ({ page, product }, use) => {
    await ensureOwner(product.url)
    const reply = await page.request.post(`${product.url}/api/v1/login`, {
      data: { email: owner.email, password: owner.password },
      headers: { origin: product.url },
    })
    expect(reply.status()).toBe(200)
    await use(page)
  },
})

export async function ensureOwner(url: string): Promise<void> {
  const reply = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(owner),
  })
  if (reply.status !== 201 && reply.status !== 404) throw new Error(`Set-up answered ${reply.status}: ${await reply.text()}`)
}

export function apiOf(url: string): Api {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

// Chromium logs failed requests itself; a 401 before signing in, a form to look at again and a dropped stream at a restart
// are part of the story.
function isExpected(text: string): boolean {
  return (
    /Failed to load resource: the server responded with a status of (?:40[149]|422)/.test(text) ||
    /net::ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)/.test(text)
  )
}
