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
 * takes up room that others need, ends with its connection. Of one that is written bit by bit, as a file or a live stream,
 * that holds for what is written and waits to be read.
 */
export function watchedResponse({
  budget,
  answerTimeoutMs,
  bytesPerMs = slowestBytesPerMs,
}: ReaderLimits): typeof ServerResponse {
  /** Answers of which more is to come, and that wait for what has come to be read. */
  const unread = new Map<ServerResponse, () => void>()

  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override write(...given: unknown[]): boolean {
      const isTaken: boolean = Reflect.apply(super.write, this, given)
      if (!isTaken && !this.destroyed && !unread.has(this)) watchPart(this)
      return isTaken
    }

    override end(...given: unknown[]): this {
      if (unread.size > 0) unread.get(this)?.()
      Reflect.apply(super.end, this, given)
      // The system has taken all of it, as it does with most.
      if (this.writableLength > 0 && !this.destroyed) watch(this)
      return this
    }
  }

  function watchPart(res: ServerResponse): void {
    const stop = watch(res)
    const forget = () => {
      res.off('drain', forget).off('close', forget)
      unread.delete(res)
      stop()
    }
    unread.set(res, forget)
    res.once('drain', forget).once('close', forget)
  }

  function watch(res: ServerResponse): () => void {
    const bytes = res.writableLength
    const { socket } = res.req
    const cut = () => socket.destroy()
    const share = budget.open(cut)
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      timer = setTimeout(cut, answerTimeoutMs + bytes / bytesPerMs)
    }
    const stop = () => {
      res.off('socket', begin).off('close', stop)
      clearTimeout(timer)
      share.release()
    }
    // Behind another answer on its connection, its time hasn't begun.
    if (res.socket) begin()
    else res.once('socket', begin)
    res.once('close', stop)
    share.hold(bytes)
    return stop
  }
}
