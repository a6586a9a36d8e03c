import type { ReplyHead } from '../runner/messages.ts'
import { host } from './host.ts'
import { mostCalls, mostCallsInFlight } from './limits.ts'
import { failLimit } from './settle.ts'

/** What came back; a body of `latin1` has one character a byte. */
export interface Reply {
  head: ReplyHead
  form: 'text' | 'latin1'
  body: string
}

let made = 0
const inFlight = new Map<number, (reply: Reply) => void>()
const queued: (() => void)[] = []

/** Numbers the call; one too many ends the attempt. */
export function countCall(): number {
  if (++made <= mostCalls) return made
  failLimit('call_limit', `The code made more than ${mostCalls} calls and steps`)
  throw new Error(`No more than ${mostCalls} calls can be made`)
}

/** Asks the engine for something; calls over the limit in flight wait for their turn. */
export function callHost(kind: string, head: string, body: string): Promise<Reply> {
  return new Promise((resolve) => {
    const call = countCall()
    const send = () => {
      inFlight.set(call, resolve)
      host.post(kind, call, head, body)
    }
    if (inFlight.size < mostCallsInFlight) send()
    else queued.push(send)
  })
}

export function deliverReply(call: number, reply: Reply): void {
  const resolve = inFlight.get(call)
  inFlight.delete(call)
  queued.shift()?.()
  resolve?.(reply)
}
