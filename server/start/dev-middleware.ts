import type { Server } from 'node:http'
import type { RequestHandler } from 'express'

/** The interface straight from its sources, changed in the browser as they are saved. Loaded only when asked for. */
export async function createDevMiddleware(server: Server): Promise<{ middleware: RequestHandler; close(): Promise<void> }> {
  const { createServer } = await import('vite')
  const vite = await createServer({ server: { middlewareMode: true, hmr: { server } }, appType: 'spa' })
  return { middleware: vite.middlewares, close: () => vite.close() }
}
