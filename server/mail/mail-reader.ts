import { limitAtOnce } from '../limit-at-once.ts'
import type { ReadMail } from './read-mail.ts'
import { createReadingThread, type ReadingLimits } from './reading-thread.ts'

/** Of one mail: twenty times what an ordinary one of the largest size takes. */
const limits: ReadingLimits = { timeoutMs: 10_000, memoryMb: 256 }
/** Two, so that one mail made to take long keeps no others waiting. */
const mostThreads = 2

export interface MailReader {
  /** Takes a mail apart; `bytes` are given away. Throws `UnreadableMail`. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<ReadMail>
  stop(): Promise<void>
}

/** Reads mails in threads of their own: nothing a stranger writes holds the process up. */
export function createMailReader(changes: Partial<ReadingLimits> = {}): MailReader {
  const threads = Array.from({ length: mostThreads }, () => createReadingThread({ ...limits, ...changes }))
  const idle = [...threads]
  const inTurn = limitAtOnce(mostThreads)

  return {
    read: (bytes) =>
      inTurn(async () => {
        const thread = idle.pop()
        if (thread === undefined) throw new Error('More mails are read than there are threads')
        try {
          return await thread.read(bytes)
        } finally {
          idle.push(thread)
        }
      }),
    async stop() {
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}
