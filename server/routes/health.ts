import type { IncomingMessage, ServerResponse } from 'node:http'
import { Router } from 'express'
import { authorize } from '../auth/authorize.ts'
import { identify } from '../auth/identify.ts'
import type { Deps } from '../deps.ts'
import { isLoopbackCaller } from '../http/loopback.ts'
import { isMigrated } from '../db/is-migrated.ts'
import type { createMetrics } from '../metrics.ts'

/** What watches the process: whether it lives, whether it can do its work, and how much of it it did. */
export function healthRouter(deps: Deps, metrics: ReturnType<typeof createMetrics>): Router {
  const router = Router()

  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' })
  })

  router.get('/readyz', async (_req, res) => {
    // A database that is away rejects here and is answered as 503, like everywhere.
    const isReady = await isMigrated(deps.pool)
    res.status(isReady ? 200 : 503).json({ status: isReady ? 'ok' : 'not migrated' })
  })

  const sendMetrics = async (req: IncomingMessage, res: ServerResponse) => {
    if (!isLoopbackCaller(req, deps.settings.trustedProxies))
      authorize('system.read', await identify(req, { pool: deps.pool, ...deps.settings }))
    res.setHeader('Content-Type', metrics.contentType)
    res.end(await metrics.text())
  }
  router.get('/metrics', (req, res) => sendMetrics(req, res))

  return router
}
