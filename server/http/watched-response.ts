import { type IncomingMessage, ServerResponse } from 'node:http'
import type { BodyBudget } from './body-budget.ts'

export interface ReaderLimits {
  budget: BodyBudget
  /** How long a caller may take to read an answer, above what its length takes at the pace below. */
  answerTimeoutMs: number
  bytesPerMs?: number
}

/** Slower than the lines that anybody calls us over. */
const slowestBytesPerMs = 64

/**
 * Makes the class of answers that aren't kept for ever for callers who don't read them: what is not read in time, or
 * takes up room that others need, ends with its connection.
 */
export function watchedResponse({
  budget,
  answerTimeoutMs,
  bytesPerMs = slowestBytesPerMs,
}: ReaderLimits): typeof ServerResponse {
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override end(...given: unknown[]): this {
      Reflect.apply(super.end, this, given)
      // The system has taken all of it, as it does with most.
      if (this.writableLength > 0 && !this.destroyed) watch(this)
      return this
    }
  }

  function watch(res: ServerResponse): void {
    const bytes = res.writableLength
    const { socket } = res.req
    const cut = () => socket.destroy()
    const share = budget.open(cut)
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      timer = setTimeout(cut, answerTimeoutMs + bytes / bytesPerMs)
    }
    // Behind another answer on its connection, its time hasn't begun.
    if (res.socket) begin()
    else res.once('prefinish', begin)
    res.once('close', () => {
      clearTimeout(timer)
      share.release()
    })
    share.hold(bytes)
  }
}
