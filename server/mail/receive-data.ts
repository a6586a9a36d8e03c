import type { SMTPServerDataStream } from 'smtp-server'
import { SmtpError } from './smtp-error.ts'

/** How many bytes of mails are held at a time, of all senders together. */
export interface ByteBudget {
  left: number
}

interface Bounds {
  maxBytes: number
  /** A message that is not whole by then was sent to hold us up. */
  timeoutMs: number
  budget: ByteBudget
}

/** A sender that goes on beyond this many times the largest mail is not told so, but cut off. */
const patience = 4

/**
 * All bytes of a message, and a way to give the room they take back. What is too large is read to its end without
 * being held, as its sender listens only then.
 */
export async function receiveData(
  stream: SMTPServerDataStream,
  { maxBytes, timeoutMs, budget }: Bounds,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; release: () => void }> {
  let held = 0
  let refusal: SmtpError | undefined
  let chunks: Buffer[] = []
  const release = () => {
    budget.left += held
    held = 0
  }
  const refuse = (code: number, message: string) => {
    chunks = []
    release()
    refusal ??= new SmtpError(code, message)
  }
  const timer = setTimeout(() => stream.destroy(new SmtpError(421, 'This takes too long')), timeoutMs)
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (stream.byteLength > maxBytes * patience) throw new SmtpError(421, 'This message is far too large')
      if (refusal) continue
      if (stream.byteLength > maxBytes) refuse(552, `This message is larger than ${maxBytes} bytes`)
      else if (chunk.length > budget.left) refuse(452, 'Too much mail comes in just now, try again later')
      else {
        budget.left -= chunk.length
        held += chunk.length
        chunks.push(chunk)
      }
    }
    if (refusal) throw refusal
    // In a buffer of its own, which is given to the thread that reads it.
    const bytes = new Uint8Array(held)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return { bytes, release }
  } catch (error) {
    release()
    throw error instanceof SmtpError ? error : new SmtpError(421, 'The connection broke off', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
