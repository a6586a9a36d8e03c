import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FormWait, ResumeOutcome } from '#engine/index.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { FormStep } from '#shared/form-page.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { readAnswers } from '#shared/read-answers.ts'
import type { Deps } from '../deps.ts'
import { startWithFiles } from '../files/start-with-files.ts'
import { seeOther } from '../http/see-other.ts'
import { sendFailurePage } from './failure-page.ts'
import { formPageHtml, sayingPage } from './form-page-html.ts'
import { nextPage } from './next-page.ts'
import { filesOf, readFormPost } from './read-form-post.ts'
import { type Again, refusalOf, reviewAnswers } from './review-answers.ts'
import { sendPage } from './send-page.ts'

/**
 * `GET` and `POST /resume/:token` where a run asks with a form: its page, and the answer the run goes on with. Gives
 * false for the address of any other wait. Whoever has the address may answer; it can't be guessed, and no other page
 * knows it.
 */
export function formStepHandler(deps: Deps) {
  return async (req: IncomingMessage, res: ServerResponse, token: string): Promise<boolean> => {
    if (req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'POST') return false
    const wait = await deps.engine.findFormWait(token)
    if (wait === undefined) return false
    const isJson = (req.headers['content-type'] ?? '').startsWith('application/json')
    try {
      await serve(req, res, token, wait)
    } catch (error) {
      if (!isAppError(error) || isJson) throw error
      sendFailurePage(req, res, error)
    }
    return true
  }

  async function serve(req: IncomingMessage, res: ServerResponse, token: string, wait: FormWait): Promise<void> {
    const page = FormStep.parse(wait.params)
    if (req.method !== 'POST') {
      if (wait.state === 'answered') return sendPage(res, 200, answeredPage(page, true))
      if (wait.state === 'over') throw isOver()
      return show(res, wait, page, await earlierAnswers(wait))
    }
    const { maxJsonDepth } = deps.settings
    const bytes = await deps.readBody(req, res)
    const post = await readFormPost(req, bytes, page.fields, maxJsonDepth)
    const before = await earlierAnswers(wait)
    const read = readAnswers(page.fields, post.given, Date.now(), before)
    const again = reviewAnswers(page.fields, post, read)
    if (again && post.isJson) throw refusalOf(again)
    if (again) return show(res, wait, page, before, again)
    const { workspaceId, flowId, runId } = wait
    const { outcome } = await startWithFiles(deps, { workspaceId, flowId, runId }, filesOf(post, read), () =>
      answer(token, JSON.stringify(read.answers)),
    )
    if (outcome === 'already_settled' && post.isJson) throw new AppError('already_settled', 'This form was answered already.')
    if (outcome !== 'resumed' && outcome !== 'kept' && outcome !== 'already_settled') throw isOver()
    if (post.isJson) {
      res.statusCode = outcome === 'kept' ? 202 : 200
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ outcome }))
      return
    }
    const next = await nextPage(deps, res, { ...wait, after: wait.path })
    if (next === undefined) return sendPage(res, 200, answeredPage(page, outcome === 'already_settled'))
    seeOther(res, next)
  }

  async function answer(token: string, body: JsonText): Promise<{ outcome: ResumeOutcome; isRepeat: boolean }> {
    const outcome = await deps.engine.resume(token, { method: 'POST', headers: {}, query: {}, body })
    // Sent twice at once, the first one may have brought the run to its end before the second came to it.
    const isAnswered = outcome === 'expired' && (await deps.engine.findFormWait(token))?.state === 'answered'
    return { outcome: isAnswered ? 'already_settled' : outcome, isRepeat: outcome !== 'resumed' && outcome !== 'kept' }
  }

  function show(res: ServerResponse, wait: FormWait, page: FormStep, before: { [id: string]: Json }, again?: Again): void {
    const values = again?.given ?? Object.fromEntries(page.fields.map((field) => [field.id, field.default]))
    sendPage(
      res,
      again ? 422 : 200,
      formPageHtml({
        title: page.title || wait.name,
        description: page.description ?? '',
        button: page.button || 'Send',
        fields: page.fields,
        values,
        shown: readAnswers(page.fields, values, Date.now(), before).shown,
        ...(again === undefined ? {} : { again }),
      }),
    )
  }

  /** What the form the run started with was answered, which this page may depend on. */
  async function earlierAnswers({ workspaceId, runId }: FormWait): Promise<{ [id: string]: Json }> {
    const run = await deps.engine.getRun(workspaceId, runId)
    const body = isJsonObject(run?.trigger) ? run.trigger['body'] : undefined
    return isJsonObject(body) ? body : {}
  }
}

function answeredPage({ thanks }: FormStep, isRepeat: boolean) {
  return sayingPage(
    'Thank you',
    thanks || (isRepeat ? 'This form was sent already; it counts once.' : 'We have got your answer.'),
  )
}

function isOver(): AppError {
  return new AppError('expired', 'Nobody waits for this form any more.')
}
