import { compareValues } from '#shared/compare-values.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { inThread } from '../in-thread.ts'
import { limitAtOnce } from '../limit-at-once.ts'

/** Longer ones would keep everybody else waiting while they are compared: a thread of its own does that. */
const mostCharactersHere = 256 * 1024
const limits = { timeoutMs: 120_000, memoryMb: 1024 }

/** Each takes up to the memory above: one at a time. */
const inTurn = limitAtOnce(1)

/** Where two values differ, as `compareValues` says. Throws `too_large` for two that nobody could compare. */
export async function compareAside(a: JsonText, b: JsonText): Promise<ReturnType<typeof compareValues>> {
  if (a.length + b.length <= mostCharactersHere) return compareValues(a, b)
  try {
    return await inTurn(() => inThread(new URL('./compare-thread.ts', import.meta.url), { a, b }, limits))
  } catch (error) {
    if (!isAppError(error) || error.code !== 'too_large') throw error
    throw new AppError('too_large', 'These requests hold too much to be compared field by field. Look at each by itself.', {
      cause: error,
    })
  }
}
