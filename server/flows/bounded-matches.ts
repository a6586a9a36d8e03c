// oxlint-disable-next-line no-restricted-imports -- a fixed line of ours runs there, for the time limit alone: nothing else ends a pattern
import { type Context, createContext, Script } from 'node:vm'
import type { Matches } from '#shared/input-schema/complaint-about.ts'

const test = new Script('new RegExp(pattern, "u").test(text)')
let context: Context | undefined

/**
 * Compares texts with patterns that members wrote, for so long in all: some patterns take ages for some texts, and
 * everything else this process does would stand still meanwhile. After that, and of a pattern that is none, nothing can be told.
 */
export function boundedMatches(budgetMs = 200): Matches {
  let leftMs = budgetMs
  return (pattern, text) => {
    if (leftMs < 1) return undefined
    const from = performance.now()
    context ??= createContext()
    Object.assign(context, { pattern, text })
    try {
      return test.runInContext(context, { timeout: Math.ceil(leftMs) }) === true
    } catch {
      return undefined
    } finally {
      Object.assign(context, { pattern: '', text: '' })
      leftMs -= performance.now() - from
    }
  }
}
