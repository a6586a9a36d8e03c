import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { AppError } from '#shared/errors.ts'
import type { Deps } from './deps.ts'
import { approveHandler } from './approvals/approve.ts'
import { formHandler } from './forms/form.ts'
import { formStepHandler } from './forms/form-step.ts'
import { resumeHandler } from './hooks/resume.ts'
import { createStrangerLimits } from './http/stranger-limits.ts'
import { webhookHandler } from './hooks/webhook.ts'
import { checkHead } from './http/check-head.ts'
import { sendProblem } from './http/problem.ts'
import { giveRequestId, requestIdOf } from './http/request-id.ts'
import { securityHeaders } from './http/security-headers.ts'
import { webFiles } from './http/web-files.ts'
import { createMetrics } from './metrics.ts'
import { bindRoutes } from './route.ts'
import { accountHandlers } from './routes/account.ts'
import { apiKeyHandlers } from './routes/api-keys.ts'
import { approvalHandlers } from './routes/approvals.ts'
import { egressHandlers } from './routes/egress.ts'
import { eventHandlers } from './routes/events.ts'
import { fileHandlers } from './routes/files.ts'
import { flowHandlers } from './routes/flows.ts'
import { healthRouter } from './routes/health.ts'
import { instanceHandlers } from './routes/instance.ts'
import { goingAgainHandlers } from './routes/going-again.ts'
import { packageHandlers } from './routes/packages.ts'
import { pollHandlers } from './routes/polls.ts'
import { requestHandlers } from './routes/requests.ts'
import { runHandlers } from './routes/runs.ts'
import { sampleHandlers } from './routes/samples.ts'
import { secretHandlers } from './routes/secrets.ts'
import { typeHandlers } from './routes/types.ts'
import { testStepHandlers } from './routes/test-step.ts'
import { variableHandlers } from './routes/variables.ts'
import { scheduleHandlers } from './routes/schedules.ts'
import { versionHandlers } from './routes/versions.ts'

interface AppOptions {
  /** `worker` answers only to what watches the process. */
  role: 'all' | 'web' | 'worker'
  /** Serves the interface in development, instead of the built files. */
  devMiddleware?: RequestHandler
}

/** The whole HTTP side. Throws when a route has no handler or no entry in the permission table. */
export async function createApp(deps: Deps, { role, devMiddleware }: AppOptions): Promise<Express> {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  const { strangerRates, trustedProxies, publicUrl, hooksUrl } = deps.settings
  const isHttps = publicUrl.startsWith('https:')
  const metrics = createMetrics(deps.engine, deps.mailCounts)

  app.use(giveRequestId)
  // Where strangers call, refusals of any kind have these headers too.
  app.use(['/hooks', '/resume', '/forms', '/files'], securityHeaders('foreign', isHttps))
  app.use(checkHead(deps.settings.maxUrlBytes))
  if (role !== 'worker') {
    const limits = createStrangerLimits({
      rates: strangerRates,
      proxies: trustedProxies,
      // Nothing here speaks TLS: whoever calls by https comes through something that does.
      isBehindProxy: isHttps || hooksUrl.startsWith('https:'),
      log: deps.log,
    })
    const foreign = [metrics.observe('hooks'), limits.admit]
    const serveHook = webhookHandler(deps, limits)
    const serveResume = resumeHandler(deps, limits)
    app.all('/hooks/:path', ...foreign, (req, res) => serveHook(req, res, req.params.path))
    const serveFormStep = formStepHandler(deps)
    app.all('/resume/:token', ...foreign, async (req, res) => {
      if (!(await serveFormStep(req, res, req.params.token))) await serveResume(req, res, req.params.token)
    })
    const serveForm = formHandler(deps, limits)
    app.all('/forms/:path', ...foreign, (req, res) => serveForm(req, res, req.params.path))
    const serveApprove = approveHandler(deps)
    app.all('/approve/:token', securityHeaders('data', isHttps), metrics.observe('web'), limits.admit, (req, res) =>
      serveApprove(req, res, req.params.token),
    )
  }
  app.use(['/api/v1', '/healthz', '/readyz', '/metrics'], securityHeaders('data', isHttps))
  app.use(healthRouter(deps, metrics))
  if (role !== 'worker') {
    app.use('/api/v1', metrics.observe('api'), bindRoutes(allHandlers(deps), deps))
    app.use(['/api/v1', '/hooks', '/resume', '/approve', '/forms', '/files'], nothingHere)
    app.use(securityHeaders(devMiddleware === undefined ? 'web' : 'dev', isHttps))
    if (devMiddleware !== undefined) app.use(devMiddleware)
    else if (deps.settings.webFolder !== undefined) app.use(metrics.observe('web'), await webFiles(deps.settings.webFolder))
  }
  app.use(nothingHere)
  app.use(problems(deps))
  return app
}

function allHandlers(deps: Deps) {
  return {
    ...accountHandlers(deps),
    ...apiKeyHandlers(deps),
    ...flowHandlers(deps),
    ...scheduleHandlers(deps),
    ...pollHandlers(deps),
    ...versionHandlers(deps),
    ...sampleHandlers(deps),
    ...typeHandlers(deps),
    ...testStepHandlers(deps),
    ...runHandlers(deps),
    ...fileHandlers(deps),
    ...requestHandlers(deps),
    ...goingAgainHandlers(deps),
    ...eventHandlers(deps),
    ...approvalHandlers(deps),
    ...egressHandlers(deps),
    ...secretHandlers(deps),
    ...variableHandlers(deps),
    ...packageHandlers(deps),
    ...instanceHandlers(deps),
  }
}

const nothingHere: RequestHandler = () => {
  throw new AppError('not_found', 'There is nothing at this address.')
}

/** The one place where anything thrown becomes an answer. Express knows it by its four arguments. */
function problems(deps: Deps): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    // Express throws this for an address with a broken percent-encoding.
    const thrown =
      error instanceof URIError ? new AppError('invalid_encoding', 'The address is not valid.', { cause: error }) : error
    sendProblem(req, res, thrown, { requestId: requestIdOf(res), log: deps.log })
  }
}
