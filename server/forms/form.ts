import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InboxRequest } from '#engine/index.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { FormPage } from '#shared/form-page.ts'
import { html } from '#shared/pages/html.ts'
import { readAnswers, type ReadAnswers } from '#shared/read-answers.ts'
import { triggerText } from '#shared/trigger-text.ts'
import { findForm, type FoundForm } from '../db/find-form.ts'
import { putRequestSample } from '../db/put-request-sample.ts'
import type { Deps } from '../deps.ts'
import { startWithFiles } from '../files/start-with-files.ts'
import { pathPattern } from '../flows/paths.ts'
import { keyAt } from '../hooks/delivery-key.ts'
import type { StrangerLimits } from '../http/stranger-limits.ts'
import { clientAddress } from '../http/client-address.ts'
import { requestIdOf } from '../http/request-id.ts'
import { seeOther } from '../http/see-other.ts'
import { sendFailurePage } from './failure-page.ts'
import { formPageHtml, sayingPage } from './form-page-html.ts'
import { makeFormToken, readFormToken } from './form-token.ts'
import { memberOf, type Member } from './member-of.ts'
import { nextPage } from './next-page.ts'
import { filesOf, readFormPost } from './read-form-post.ts'
import { refusalOf, reviewAnswers } from './review-answers.ts'
import { sendPage } from './send-page.ts'
import { thanksPage } from './thanks-page.ts'

/** A form as it is open to somebody. */
interface OpenForm {
  path: string
  found: FoundForm
  page: FormPage
  member: Member | undefined
}

/** What became of what was sent: a run, which may ask for more, or a place in the inbox. */
type Outcome =
  | { runId: string; requestId: string; reason?: undefined; isRepeat: boolean; formSteps: string[] }
  | { runId?: null; requestId: string; reason?: string; isRepeat?: undefined; formSteps?: undefined }

/** `GET` and `POST /forms/:path`: a page that anybody can fill in without a script, and the run that starts with it. */
export function formHandler(deps: Deps, limits: StrangerLimits) {
  return async (req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    const isJson = (req.headers['content-type'] ?? '').startsWith('application/json')
    try {
      await serve(req, res, path)
    } catch (error) {
      if (!isAppError(error) || isJson) throw error
      sendFailurePage(req, res, error)
    }
  }

  async function serve(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    if (req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'POST') {
      res.setHeader('Allow', 'GET, HEAD, POST')
      throw new AppError('method_not_allowed', 'This address takes GET and POST.')
    }
    const found = pathPattern.test(path) ? await findFor(req, path) : undefined
    if (found === undefined) {
      limits.countRefused(req)
      throw new AppError('not_found', 'There is no form at this address. Check the link you were given.')
    }
    if (req.method === 'POST') limits.countFormPost(req, path)
    const page = FormPage.safeParse(found.params)
    if (!page.success) throw new AppError('not_found', 'This form is not finished yet. Come back later.')
    if (found.state === 'disabled') throw new AppError('expired', 'This form is closed and takes no answers any more.')
    const form: OpenForm = { path, found, page: page.data, member: undefined }
    if (req.method === 'POST') return take(req, res, form)
    if (page.data.access === 'members') {
      form.member = await memberOf(deps, req, found.workspaceId)
      if (form.member === undefined) return askToSignIn(res, path)
    }
    show(res, form, asked(req), {})
  }

  /** A form, if there is one; for who asks for any path there might be, the database isn't asked. */
  async function findFor(req: IncomingMessage, path: string): Promise<FoundForm | undefined> {
    if (!deps.endpoints.isKnown(path)) limits.assertMayGuess(req)
    const endpoint = await deps.endpoints.find(path)
    return endpoint?.kind === 'form' ? findForm(deps.pool, path) : undefined
  }

  /** The page, empty or with what was sent before. */
  function show(
    res: ServerResponse,
    { path, found, page, member }: OpenForm,
    given: { [id: string]: unknown },
    { again, shown }: { again?: Parameters<typeof formPageHtml>[0]['again']; shown?: ReadonlySet<string> },
  ): void {
    const now = Date.now()
    const begun = Object.fromEntries(page.fields.map((field) => [field.id, field.default]))
    // Sent once, what was left empty is empty.
    const values = again ? given : { ...begun, ...given }
    const { redirect } = page
    sendPage(
      res,
      again ? 422 : 200,
      formPageHtml({
        title: page.title || found.flowName,
        description: page.description ?? '',
        button: page.button || 'Send',
        fields: page.fields,
        values,
        shown: shown ?? readAnswers(page.fields, values, now).shown,
        token: makeFormToken(deps.formKeys, { path, userId: member?.userId, now }),
        ...(again === undefined ? {} : { again }),
        ...(redirect === undefined ? {} : { formTo: new URL(redirect).origin }),
      }),
    )
  }

  async function take(req: IncomingMessage, res: ServerResponse, form: OpenForm): Promise<void> {
    const { found, page, path } = form
    const { maxJsonDepth } = deps.settings
    const bytes = await deps.readBody(req, res)
    const post = await readFormPost(req, bytes, page.fields, maxJsonDepth)
    const now = new Date()
    const token = post.token === undefined ? undefined : readFormToken(deps.formKeys, post.token, path, now.getTime())
    const read = readAnswers(page.fields, post.given, now.getTime())
    if (page.access === 'members') {
      form.member = await memberOf(deps, req, found.workspaceId, token?.userId)
      if (form.member === undefined && post.isJson) throw new AppError('unauthenticated', 'Only members may fill in this form.')
      if (form.member === undefined) return askToSignIn(res, path)
    }
    const isStale = post.token !== undefined && token === undefined
    const needsToken = page.access === 'members' && !post.isJson
    if (isStale || (needsToken && token === undefined)) {
      const message = 'This page was open for too long. Look it over, then send it again.'
      return show(res, form, post.given, { again: { message, problems: [] }, shown: read.shown })
    }
    const request: InboxRequest = {
      id: requestIdOf(res),
      method: 'POST',
      path,
      remote: clientAddress(req, deps.settings.trustedProxies),
      sizeBytes: bytes.length,
    }
    if (post.trap !== '') {
      await deps.engine.keepRequest({
        ...request,
        workspaceId: found.workspaceId,
        flowId: found.flowId,
        trigger: triggerText('form', now.getTime(), JSON.stringify(read.answers)),
        state: 'rejected',
        reason: 'spam_trap',
      })
      // Whoever fills in what nobody sees learns nothing from the answer.
      return thank(res, form, read, { isJson: false })
    }
    const again = reviewAnswers(page.fields, post, read)
    if (again && post.isJson) throw refusalOf(again)
    if (again) return show(res, form, again.given, { again, shown: read.shown })
    const key = token?.key ?? keyOf(req)
    const trigger = triggerText('form', now.getTime(), JSON.stringify(read.answers), {
      ...(key === undefined ? {} : { submission: key }),
      ...(form.member === undefined ? {} : { by: form.member.email }),
    })
    const { workspaceId, flowId } = found
    const place = { workspaceId, flowId, requestId: request.id }
    const outcome = await startWithFiles(deps, place, filesOf(post, read), () => start(form, request, trigger, key))
    const next =
      post.isJson || outcome.formSteps === undefined ? undefined : await nextPage(deps, res, { workspaceId, ...outcome })
    if (next !== undefined) return seeOther(res, next)
    thank(res, form, read, { isJson: post.isJson, outcome })
  }

  /** The run, or the place in the inbox; both are durable when this resolves. */
  async function start(form: OpenForm, request: InboxRequest, trigger: string, key: string | undefined): Promise<Outcome> {
    const { found, member } = form
    if (found.state !== 'live') {
      const { workspaceId, flowId } = found
      await deps.keepForLater({ ...request, workspaceId, flowId, trigger }, found.state)
      if (found.state === 'draft')
        await putRequestSample(deps.pool, { flowId: found.flowId, stepId: found.nodeId, value: trigger })
      return { requestId: request.id }
    }
    const started = await deps.engine.startRun({
      workspaceId: found.workspaceId,
      flowId: found.flowId,
      version: found.version,
      planHash: found.planHash,
      triggerId: found.nodeId,
      trigger,
      request,
      ...(key === undefined ? {} : { idempotencyKey: keyAt(form.path, key) }),
      ...(member === undefined ? {} : { startedBy: member.userId }),
    })
    if (started.runId === null) return { runId: null, requestId: request.id, reason: started.reason }
    await started.durable
    const { runId, isRepeat } = started
    const first = isRepeat ? await deps.engine.findRequestOf(found.workspaceId, runId) : undefined
    return { runId, requestId: first ?? request.id, isRepeat, formSteps: found.formSteps }
  }

  function thank(
    res: ServerResponse,
    { found, page }: OpenForm,
    { answers }: ReadAnswers,
    { isJson, outcome }: { isJson: boolean; outcome?: Outcome },
  ): void {
    if (isJson) {
      res.statusCode = 202
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ runId: outcome?.runId, requestId: outcome?.requestId, reason: outcome?.reason }))
      return
    }
    if (page.redirect !== undefined && found.state !== 'draft') return seeOther(res, page.redirect)
    const isRepeat = outcome?.isRepeat === true
    sendPage(res, 200, thanksPage({ words: page.thanks, answers, isRepeat, isDraft: found.state === 'draft' }))
  }

  function askToSignIn(res: ServerResponse, path: string): void {
    const next = encodeURIComponent(`/forms/${path}`)
    const link = html`<p><a href="${deps.settings.publicUrl}/login?next=${next}">Sign in</a></p>`
    sendPage(res, 401, sayingPage('Sign in first', 'This form is for members only.', link))
  }
}

/** What a link puts into the fields: `?name=Nimbus`. */
function asked(req: IncomingMessage): { [id: string]: unknown } {
  const question = req.url?.indexOf('?') ?? -1
  if (question < 0) return {}
  const given: { [id: string]: unknown } = Object.create(null)
  for (const [name, value] of new URLSearchParams(req.url?.slice(question + 1))) given[name] ??= value
  return given
}

/** A program's own key for what it sends. */
function keyOf(req: IncomingMessage): string | undefined {
  const key = req.headers['idempotency-key']
  return typeof key === 'string' && key !== '' && key.length <= 200 ? key : undefined
}
