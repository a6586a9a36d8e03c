import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { LinkedQuestion, Voter } from '#engine/index.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { findAsker } from '../db/find-asker.ts'
import { insertAudit } from '../db/insert-audit.ts'
import type { Deps } from '../deps.ts'
import { clientAddress } from '../http/client-address.ts'
import { statusOf } from '../http/problem.ts'
import { parseStrictJson } from '../http/strict-json.ts'
import { strictText } from '../http/strict-text.ts'
import { approvePage, type ApprovePage, noSuchQuestionPage } from './approve-page.ts'
import { fieldsFromForm } from '../pages/fields-from-form.ts'
import { pagePolicy } from '../pages/page-frame.ts'
import { voterByLink } from './voter.ts'

const decisions = { approve: 'approved', reject: 'rejected' } as const
const Decision = z.enum(['approve', 'reject'])
const JsonAnswer = z.object({
  decision: Decision,
  comment: z.string().max(10_000).nullish(),
  fields: z.record(z.string(), z.unknown()).default({}),
})

/** `GET` and `POST /approve/:token`: a page for a person who may have no account, and the same for programs. */
export function approveHandler(deps: Deps) {
  const { engine } = deps

  async function show(
    req: IncomingMessage,
    res: ServerResponse,
    token: string,
    refusal?: { error: AppError; sent: Sent },
  ): Promise<void> {
    const question = await engine.findApprovalByToken(token)
    if (question === undefined) return sendHtml(res, 404, noSuchQuestionPage())
    const { approval } = question
    const page: ApprovePage = {
      token,
      question,
      asker: approval ? await findAsker(deps.pool, approval) : { flow: null, workspace: null, person: null },
      voter: await voterByLink(deps, req, question),
      now: Date.now(),
      ...(refusal === undefined
        ? {}
        : {
            refused: {
              message: refusal.error.message,
              problems: refusal.error.facts.errors ?? [],
              fields: refusal.sent.fields,
              comment: refusal.sent.comment ?? '',
            },
          }),
    }
    const { status, body } = approvePage(page)
    sendHtml(res, refusal === undefined ? status : statusOf(refusal.error.code), body)
  }

  async function answer(req: IncomingMessage, question: LinkedQuestion, voter: Voter, { decision, comment, fields }: Sent) {
    const { workspaceId, runId, path, approval } = question
    return engine.decideApproval(
      { workspaceId, runId, path },
      { voter, decision: decisions[decision], comment: comment === '' ? null : comment, fields },
      (client) =>
        insertAudit(client, {
          action: `approval.${decisions[decision]}`,
          workspaceId,
          actor: voter.id ?? undefined,
          address: clientAddress(req, deps.settings.trustedProxies),
          target: approval?.id ?? `${runId}/${path}`,
        }),
    )
  }

  return async (req: IncomingMessage, res: ServerResponse, token: string): Promise<void> => {
    res.setHeader('Content-Security-Policy', pagePolicy())
    res.setHeader('Cache-Control', 'no-store')
    if (req.method === 'GET' || req.method === 'HEAD') return show(req, res, token)
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'GET, HEAD, POST')
      throw new AppError('method_not_allowed', 'This address takes GET and POST.')
    }
    const text = strictText(await deps.readBody(req, res))
    const isForm = (req.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    const question = await engine.findApprovalByToken(token)
    if (question === undefined) {
      if (isForm) return sendHtml(res, 404, noSuchQuestionPage())
      throw new AppError('not_found', 'There is no such question.')
    }
    const voter = await voterByLink(deps, req, question)
    if (!isForm) {
      const sent = readJson(text, deps.settings.maxJsonDepth)
      const outcome = await answer(req, question, voter, sent)
      res.statusCode = outcome === 'kept' ? 202 : 200
      res.setHeader('Content-Type', 'application/json')
      res.end(JSON.stringify({ outcome, decision: decisions[sent.decision] }))
      return
    }
    const sent = readForm(question, new URLSearchParams(text), token)
    try {
      await answer(req, question, voter, sent)
    } catch (error) {
      if (!isAppError(error)) throw error
      return show(req, res, token, { error, sent })
    }
    // Looked at again by GET, so that reloading the page answers nothing.
    res.statusCode = 303
    res.setHeader('Location', req.url ?? '')
    res.end()
  }
}

interface Sent {
  decision: 'approve' | 'reject'
  comment: string | null
  fields: { [id: string]: unknown }
}

function readJson(text: string, maxDepth: number): Sent {
  const read = JsonAnswer.safeParse(parseStrictJson(text, maxDepth))
  if (read.success) return { ...read.data, comment: read.data.comment ?? null }
  throw new AppError('invalid_request', 'Send { decision: "approve" or "reject", comment?, fields? }.', {
    errors: read.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  })
}

function readForm({ approval }: LinkedQuestion, form: URLSearchParams, token: string): Sent {
  // Another site's page can send forms here, but doesn't know what this one holds.
  if (form.get('token') !== token) throw new AppError('forbidden', 'This form was not made by us. Open the link again.')
  const decision = Decision.safeParse(form.get('decision'))
  if (!decision.success) throw new AppError('invalid_request', 'Press Approve or Decline.')
  return {
    decision: decision.data,
    comment: (form.get('comment') ?? '').slice(0, 10_000),
    fields: fieldsFromForm(approval?.fields ?? [], form),
  }
}

function sendHtml(res: ServerResponse, status: number, body: string): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'text/html; charset=utf-8')
  res.end(body)
}
