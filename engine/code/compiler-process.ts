import { stop } from 'esbuild'

/** The compiler gave up: text that is nested absurdly deep kills it or keeps it busy for minutes. */
export class CompilerLostError extends Error {}

const mostMs = 5_000

let last: Promise<unknown> = Promise.resolve()

/**
 * One job at a time through the compiler's process, so that a text which makes it crash or hang hurts nobody else: the
 * process is ended and the next job gets a new one.
 */
export function useCompiler<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(() => workAlone(work))
  last = result.catch(() => undefined)
  return result
}

async function workAlone<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CompilerLostError('The compiler took too long')), mostMs)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    if (error instanceof Error && 'errors' in error) throw error
    await stop()
    throw error instanceof CompilerLostError ? error : new CompilerLostError('The compiler crashed', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Ends the compiler's process; the next text starts it again. */
export async function stopCompiler(): Promise<void> {
  await last
  await stop()
}
