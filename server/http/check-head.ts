import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#shared/errors.ts'
import { assertUtf8Escapes } from './strict-text.ts'

/** More than proxies and senders add together; each one is looked at by somebody. */
const mostHeaders = 200

/**
 * Middleware that refuses requests whose address is too long or not UTF-8, or that have too many headers. How large the
 * headers are altogether is seen to where they are read.
 */
export function checkHead(maxUrlBytes: number) {
  return (req: IncomingMessage, _res: ServerResponse, next: () => void): void => {
    const url = req.url ?? ''
    if (url.length > maxUrlBytes)
      throw new AppError(
        'uri_too_long',
        `The address is longer than ${maxUrlBytes} bytes, which is this server's limit (HOLDFAST_LIMIT_URL).`,
      )
    if (req.rawHeaders.length > mostHeaders * 2)
      throw new AppError('headers_too_large', `The request has more than ${mostHeaders} headers.`)
    // Bytes beyond ASCII that stand there as they are have been refused by the parser.
    assertUtf8Escapes(url, 'address')
    next()
  }
}
