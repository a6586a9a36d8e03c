import { stop } from 'esbuild'

/** The compiler gave up: text that is nested absurdly deep kills it or keeps it busy for minutes. */
export class CompilerLostError extends Error {}

const mostMs = 5_000
/** An idle compiler is 20 MiB of memory; starting it again takes 20 ms. */
const idleMs = 60_000

let idle: NodeJS.Timeout | undefined

let last: Promise<unknown> = Promise.resolve()

/**
 * One job at a time through the compiler's process, so that a text which makes it crash or hang hurts nobody else: the
 * process is ended and the next job gets a new one.
 */
export function useCompiler<T>(work: () => Promise<T>, patienceMs = mostMs): Promise<T> {
  const result = last.then(() => workAlone(work, patienceMs))
  last = result.catch(() => undefined)
  return result
}

async function workAlone<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CompilerLostError('The compiler took too long')), patienceMs)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    if (error instanceof Error && 'errors' in error) throw error
    await stop()
    throw error instanceof CompilerLostError ? error : new CompilerLostError('The compiler crashed', { cause: error })
  } finally {
    clearTimeout(timer)
    clearTimeout(idle)
    idle = setTimeout(() => void stopCompiler(), idleMs).unref()
  }
}

/** Ends the compiler's process; the next text starts it again. */
export async function stopCompiler(): Promise<void> {
  clearTimeout(idle)
  last = last.then(stop)
  await last
}
