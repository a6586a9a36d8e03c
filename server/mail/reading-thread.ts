import { Worker } from 'node:worker_threads'
import type { ThreadAnswer } from './mail-thread.ts'
import type { ReadMail } from './read-mail.ts'

/** Thrown for a mail that can't be read, or that only somebody who means harm would write. */
export class UnreadableMail extends Error {
  /** What is wrong with it; or it took all the memory a mail may take, or all the time, which a busy machine may as well. */
  readonly why: 'wrong' | 'memory' | 'time'
  constructor(why: UnreadableMail['why'], message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UnreadableMail'
    this.why = why
  }
}

export interface ReadingLimits {
  timeoutMs: number
  memoryMb: number
}

export interface ReadingThread {
  /** Takes a mail apart, one at a time; `bytes` are given away. Throws `UnreadableMail` where the mail is to blame. */
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
        const giveUp = (error: Error) => {
          settle()
          if (current === worker) current = undefined
          void worker.terminate()
          reject(error)
        }
        const timer = setTimeout(() => giveUp(new UnreadableMail('time', 'It takes too long to read')), timeoutMs)
        const onAnswer = (answer: ThreadAnswer) => {
          settle()
          if ('mail' in answer) resolve(answer.mail)
          else reject(new UnreadableMail('wrong', answer.problem))
        }
        const onError = (error: Error & { code?: string }) =>
          giveUp(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new UnreadableMail('memory', error.message, error) : error)
        const onExit = () => giveUp(new Error('The thread that read a mail came to its end'))
        worker.on('message', onAnswer).on('error', onError).on('exit', onExit)
        worker.postMessage(bytes, [bytes.buffer])
      })
    },
    async end() {
      await current?.terminate()
    },
  }
}
