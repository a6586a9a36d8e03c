import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { AppError } from '#shared/errors.ts'
import type { BodyBudget, BodyShare } from './body-budget.ts'
import { createByteTurns } from './byte-turns.ts'
import { brokenBy } from './client-error.ts'
import { closedSignal } from './closed-signal.ts'
import { collectBytes } from './collect-bytes.ts'

/**
 * Reads a request's body whole, decompressed.
 *
 * Throws `too_large` as soon as the limit is passed (without reading on), `request_timeout` when the server cuts it off,
 * `not_ready` when it has no room for so much at once, `unsupported_media_type` for an encoding we don't know and
 * `invalid_encoding` for one that is damaged.
 */
export type BodyReader = (req: IncomingMessage, res: ServerResponse) => Promise<Buffer>

/** Smaller bodies aren't counted together: what all connections together may hold of them is little. */
const uncounted = 16 * 1024
/** Larger ones are worked on in turn. */
const large = 64 * 1024
/** What is worked on at a time: while it is read, made into a run and written down, a body takes several times its size. */
const mostInWork = 16 * 1024 ** 2

interface Bounds {
  maxBytes: number
  budget: BodyBudget
}

/** The limit is for one body; the budget for all that have no answer yet. Both count what is decompressed. */
export function createBodyReader({ maxBodyBytes, budget }: { maxBodyBytes: number; budget: BodyBudget }): BodyReader {
  const turns = createByteTurns(mostInWork)
  return async (req, res) => {
    const bytes = await readBody(req, res, { maxBytes: maxBodyBytes, budget })
    if (bytes.length <= large) return bytes
    const leave = await turns(bytes.length, closedSignal(res)).catch(() => {
      throw incomplete()
    })
    inWork.set(req, leave)
    if (res.closed) leave()
    else res.once('close', leave)
    return bytes
  }
}

const inWork = new WeakMap<IncomingMessage, () => void>()

/** Once what came with a request is written down, its caller only waits, and others may have their turn. */
export function endTurnOnce(req: IncomingMessage, isWritten: () => Promise<unknown>): void {
  const leave = inWork.get(req)
  if (leave) isWritten().then(leave, leave)
}

function readBody(req: IncomingMessage, res: ServerResponse, { maxBytes, budget }: Bounds): Promise<Buffer> {
  const declared = Number(req.headers['content-length'])
  if (declared > maxBytes) return Promise.reject(tooLarge(maxBytes))
  if (declared === 0 || (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined))
    return Promise.resolve(Buffer.alloc(0))
  const decoder = decoderFor(req.headers['content-encoding'])
  // It may have gone, or been cut off, while something else was waited for; nothing would be heard of it any more.
  const brokenOff = brokenBy(req)
  if (brokenOff === 'timeout') return Promise.reject(tooSlow())
  if (brokenOff === 'error' || req.destroyed) return Promise.reject(incomplete())
  return new Promise((resolve, reject) => {
    let bytes = collectBytes(decoder || Number.isNaN(declared) ? maxBytes : declared)
    let share: BodyShare | undefined
    const source = decoder ?? req
    const finish = (act: () => void) => {
      req.off('error', onAborted).off('close', onClosed).off('timeout', onTimeout)
      source.off('data', onData).off('end', onEnd)
      if (decoder) {
        // Unpiped it would stand still, and the next request of its connection behind it.
        req.unpipe(decoder).resume()
        decoder.destroy()
      }
      act()
    }
    const fail = (error: AppError) =>
      finish(() => {
        bytes = collectBytes(0)
        share?.release()
        reject(error)
      })
    const onData = (chunk: Buffer) => {
      if (bytes.size + chunk.length > maxBytes) return fail(tooLarge(maxBytes))
      bytes.add(chunk)
      if (bytes.heldBytes <= uncounted) return
      share ??= budget.open(() => fail(noRoom()))
      share.hold(bytes.heldBytes)
    }
    const onEnd = () =>
      finish(() => {
        share?.settle()
        // What is made of it takes up room until it is answered.
        if (res.closed) share?.release()
        else if (share) res.once('close', share.release)
        resolve(bytes.whole())
      })
    const onAborted = () => fail(incomplete())
    const onClosed = () => {
      if (!req.complete) onAborted()
    }
    const onTimeout = () => fail(tooSlow())
    req.on('error', onAborted).on('close', onClosed).on('timeout', onTimeout)
    source.on('data', onData).on('end', onEnd)
    if (decoder) {
      // Stays attached after we are done: destroying a decoder in mid-stream may still report an error.
      decoder.on('error', (cause) =>
        fail(new AppError('invalid_encoding', 'The compressed body is damaged or incomplete.', { cause })),
      )
      req.pipe(decoder)
    }
  })
}

function incomplete(): AppError {
  return new AppError('invalid_json', 'The request ended before its body was complete.')
}

function tooSlow(): AppError {
  return new AppError('request_timeout', 'The request did not arrive in time.')
}

function noRoom(): AppError {
  return new AppError('not_ready', 'Too many large requests are coming in at once. Send it again later.')
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The body is larger than ${maxBytes} bytes, which is this server's limit (HOLDFAST_MAX_BODY).`)
}

function decoderFor(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase() ?? 'identity') {
    case 'identity':
    case '':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress({ params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 } })
    case 'zstd':
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } })
    default:
      throw new AppError(
        'unsupported_media_type',
        'This Content-Encoding is not understood; use gzip, deflate, br or zstd, or send the body as it is.',
      )
  }
}
