import { stop } from 'esbuild'
import { createTurns } from '../turns/create-turns.ts'

/** The compiler gave up: text that is nested absurdly deep kills it or keeps it busy for minutes. */
export class CompilerLostError extends Error {}

const mostMs = 5_000
/** An idle compiler is 20 MiB of memory; starting it again takes 20 ms. */
const idleMs = 60_000

let idle: NodeJS.Timeout | undefined

/** More than any flow has code steps: all of them are asked about at once. */
const mostWaiting = 20_000
const mostWaitMs = 60_000

const turns = createTurns({ what: 'The compiler of code steps', mostWaiting, mostWaitMs })

/**
 * One job at a time through the compiler's process, so that a text which makes it crash or hang hurts nobody else: the
 * process is ended and the next job gets a new one. Workspaces take turns.
 */
export function useCompiler<T>(workspaceId: string, work: () => Promise<T>, patienceMs = mostMs): Promise<T> {
  return turns.take(workspaceId, () => workAlone(work, patienceMs))
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
  await turns.take('', stop)
}
