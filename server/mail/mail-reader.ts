import { Worker } from 'node:worker_threads'
import type { ThreadAnswer } from './mail-thread.ts'
import type { ReadMail } from './read-mail.ts'

/** Thrown for a mail that can't be read, or that only somebody who means harm would write. */
export class UnreadableMail extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnreadableMail'
  }
}

export interface MailReader {
  /** Takes a mail apart; `bytes` are given away. Throws `UnreadableMail`. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<ReadMail>
  stop(): Promise<void>
}

/** Of one mail; whatever takes longer was made for that. */
const longestMs = 20_000
const mostMemoryMb = 384

/**
 * Reads mails in a thread of their own, one after the other: nothing a stranger writes holds the process up, and a mail
 * made to take all its time or memory costs that thread, which is begun anew.
 */
export function createMailReader({ timeoutMs = longestMs, memoryMb = mostMemoryMb } = {}): MailReader {
  let thread: Worker | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isStopped = false

  function readNow(bytes: Uint8Array<ArrayBuffer>): Promise<ReadMail> {
    if (isStopped) return Promise.reject(new Error('Mail is no longer read: the process ends'))
    const worker = (thread ??= begin())
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        worker.off('message', onAnswer).off('error', onError).off('exit', onExit)
      }
      const giveUp = (message: string) => {
        settle()
        if (thread === worker) thread = undefined
        void worker.terminate()
        reject(new UnreadableMail(message))
      }
      const timer = setTimeout(() => giveUp('It takes too long to read'), timeoutMs)
      const onAnswer = (answer: ThreadAnswer) => {
        settle()
        if ('mail' in answer) resolve(answer.mail)
        else reject(new UnreadableMail(answer.problem))
      }
      const onError = (error: Error) => giveUp(error.message)
      const onExit = () => giveUp('Its reading was ended')
      worker.on('message', onAnswer).on('error', onError).on('exit', onExit)
      worker.postMessage(bytes, [bytes.buffer])
    })
  }

  function begin(): Worker {
    const worker = new Worker(new URL('./mail-thread.ts', import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    })
    // Alone it keeps nobody waiting for the process to end.
    worker.unref()
    // Between two mails as well: an error that nobody listens for would end the process.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (thread === worker) thread = undefined
    })
    return worker
  }

  return {
    read(bytes) {
      const read = last.then(() => readNow(bytes))
      last = read.catch(() => undefined)
      return read
    },
    async stop() {
      isStopped = true
      await last
      await thread?.terminate()
    },
  }
}
