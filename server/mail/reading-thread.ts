import { Worker } from 'node:worker_threads'
import type { ThreadAnswer } from './mail-thread.ts'
import type { ReadMail } from './read-mail.ts'

/** Thrown for a mail that can't be read, or that only somebody who means harm would write. */
export class UnreadableMail extends Error {
  /** It took all the time or memory a mail may take. */
  readonly isCostly: boolean
  constructor(message: string, isCostly: boolean) {
    super(message)
    this.name = 'UnreadableMail'
    this.isCostly = isCostly
  }
}

export interface ReadingLimits {
  timeoutMs: number
  memoryMb: number
}

export interface ReadingThread {
  /** Takes a mail apart, one at a time; `bytes` are given away. Throws `UnreadableMail`. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<ReadMail>
  end(): Promise<unknown>
}

/** A thread that reads mails. One that a mail costs all its time or memory is ended, and begun anew for the next. */
export function createReadingThread({ timeoutMs, memoryMb }: ReadingLimits): ReadingThread {
  let current: Worker | undefined

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
      if (current === worker) current = undefined
    })
    return worker
  }

  return {
    read(bytes) {
      const worker = (current ??= begin())
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(timer)
          worker.off('message', onAnswer).off('error', onError).off('exit', onExit)
        }
        const giveUp = (message: string) => {
          settle()
          if (current === worker) current = undefined
          void worker.terminate()
          reject(new UnreadableMail(message, true))
        }
        const timer = setTimeout(() => giveUp('It takes too long to read'), timeoutMs)
        const onAnswer = (answer: ThreadAnswer) => {
          settle()
          if ('mail' in answer) resolve(answer.mail)
          else reject(new UnreadableMail(answer.problem, false))
        }
        const onError = (error: Error) => giveUp(error.message)
        const onExit = () => giveUp('Its reading was ended')
        worker.on('message', onAnswer).on('error', onError).on('exit', onExit)
        worker.postMessage(bytes, [bytes.buffer])
      })
    },
    async end() {
      await current?.terminate()
    },
  }
}
