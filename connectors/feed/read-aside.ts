import { Worker } from 'node:worker_threads'
import { AppError } from '#shared/errors.ts'
import type { FeedItem } from './feed-item.ts'

/** Longer feeds would keep everybody else waiting while they are read: a thread of its own does that. */
const mostCharactersHere = 64 * 1024
const mostMemoryMb = 256

/** The feed's items, oldest first; undefined when it is no feed. */
export async function readAside(text: string, address: string, signal: AbortSignal): Promise<FeedItem[] | undefined> {
  try {
    return await (text.length <= mostCharactersHere ? readHere(text, address) : readInThread(text, address, signal))
  } catch (error) {
    if (signal.aborted) throw error
    throw new AppError('action_failed', 'The feed is broken: it can’t be read to its end. It is tried again later.', {
      cause: error,
    })
  }
}

/** With a library that no server needs whose flows look at no feed. */
async function readHere(text: string, address: string): Promise<FeedItem[] | undefined> {
  const { readFeed } = await import('./read-feed.ts')
  return readFeed(text, address)
}

function readInThread(text: string, address: string, signal: AbortSignal): Promise<FeedItem[] | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./feed-thread.ts', import.meta.url), {
      workerData: { text, address },
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: mostMemoryMb },
    })
    const stop = () => {
      void worker.terminate()
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    worker.once('message', ({ items, problem }: { items?: FeedItem[]; problem?: string }) =>
      problem === undefined ? resolve(items) : reject(new Error(problem)),
    )
    worker.once('error', reject)
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop)
      reject(new Error('The thread that read the feed ended too early'))
    })
    if (signal.aborted) stop()
  })
}
