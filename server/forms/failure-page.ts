import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppError } from '#shared/errors.ts'
import { leaveUnread } from '../http/leave-unread.ts'
import { retryAfterOf, statusOf } from '../http/problem.ts'
import { sayingPage } from './form-page-html.ts'
import { sendPage } from './send-page.ts'

/** Answers a person with what went wrong, in the error's own words; programs get problem+json, as of every other route. */
export function sendFailurePage(req: IncomingMessage, res: ServerResponse, error: AppError): void {
  const retryAfter = retryAfterOf(error)
  if (retryAfter !== undefined) res.setHeader('Retry-After', retryAfter)
  leaveUnread(req, res, error)
  sendPage(res, statusOf(error.code), sayingPage('This did not work', error.message))
}
