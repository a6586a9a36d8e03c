import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResumeOutcome } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { Deps } from '../deps.ts'
import type { StrangerLimits } from '../http/stranger-limits.ts'
import { bodyOf, fieldsOf, visibleHeaders } from './request-data.ts'

/** `ANY /resume/:token`: a call that a run is, was or will be waiting for. */
export function resumeHandler(deps: Deps, limits: StrangerLimits) {
  return async (req: IncomingMessage, res: ServerResponse, token: string): Promise<void> => {
    // Link checkers and preflights ask like this; a run must not go on because of one.
    if (req.method === 'HEAD' || req.method === 'OPTIONS') throw notTaken()
    // Nobody can make one up: who tries isn't listened to.
    if (!deps.engine.isWaitToken(token)) {
      limits.countRefused(req)
      throw nobodyWaits()
    }
    const bytes = await deps.readBody(req, res)
    const { maxBodyBytes, maxJsonDepth: maxDepth } = deps.settings
    const { body } = await bodyOf(req, bytes, { maxBodyBytes, maxDepth, keepsFiles: false, parsesXml: false })
    const question = req.url?.indexOf('?') ?? -1
    const outcome = await deps.engine.resume(token, {
      method: req.method ?? '',
      headers: flat(visibleHeaders(req)),
      query: question < 0 ? {} : fieldsOf(new URLSearchParams(req.url?.slice(question + 1))),
      body,
    })
    res.statusCode = statusOf(outcome)
    res.setHeader('Content-Type', 'application/json')
    res.end(JSON.stringify({ outcome }))
  }
}

function statusOf(outcome: ResumeOutcome): number {
  switch (outcome) {
    case 'resumed':
      return 200
    case 'kept':
      return 202
    case 'already_settled':
      throw new AppError('already_settled', 'This link was used already.')
    case 'expired':
      throw new AppError('expired', 'Nothing waits for this link any more.')
    case 'not_found':
      throw nobodyWaits()
    case 'ignored':
      throw notTaken()
  }
}

function nobodyWaits(): AppError {
  return new AppError('not_found', 'Nothing waits at this address.')
}

function notTaken(): AppError {
  return new AppError('method_not_allowed', 'This address is not called in this way.')
}

function flat(headers: { [name: string]: string | string[] | undefined }): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}
