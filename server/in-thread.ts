import { Worker } from 'node:worker_threads'
import { AppError } from '#shared/errors.ts'

interface ThreadLimits {
  timeoutMs: number
  memoryMb: number
}

/**
 * Has work done in a thread of its own that would hold everybody else up here: gives what the thread at `url` makes of its
 * `workerData`, and says once. Throws `too_large` when that takes more than its time or its memory.
 */
export function inThread<T>(url: URL, workerData: unknown, { timeoutMs, memoryMb }: ThreadLimits): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, {
      workerData,
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
    const giveUp = (cause?: unknown) => {
      void worker.terminate()
      reject(new AppError('too_large', 'This is too large to be worked out here.', { cause }))
    }
    const timer = setTimeout(giveUp, timeoutMs)
    worker.once('message', resolve)
    worker.once('error', (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? giveUp(error) : reject(error),
    )
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new Error(`The thread ${url.pathname} ended without a word`))
    })
  })
}
