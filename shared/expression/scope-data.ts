import type { JsonText } from '../json.ts'
import { JsonSlices } from '../json-text.ts'
import type { DataPath, RootName } from './ast.ts'
import type { Budget } from './budget.ts'
import type { ExpressionScope } from './scope.ts'
import type { Value } from './value.ts'

interface Known {
  slices: JsonSlices
  /** The whole text, once something needed it. */
  parsed?: { value: Value }
}

/** Longer texts are worth parsing all around them once, instead of themselves each time. */
const longestPlain = 10_000

/**
 * What the expressions of one scope have read of its data.
 *
 * A step's params and conditions name the same few payloads again and again, some of them megabytes long. So a text
 * is parsed once at the most, and not at all while only single values of it are asked for.
 */
export class ScopeData {
  private readonly scope: ExpressionScope
  private readonly read = new Map<string, Known>()

  constructor(scope: ExpressionScope) {
    this.scope = scope
  }

  isOf(scope: ExpressionScope): boolean {
    return this.scope === scope
  }

  /** The stored text at a path, to the letter; undefined where nothing is stored. */
  stored({ root, step, keys }: DataPath, budget: Budget): JsonText | undefined {
    if (root === 'run' || root === 'now') return undefined
    const known = this.find(root, step)
    if (!known) return undefined
    const { scanned } = known.slices
    const slice = known.slices.slice(keys)
    budget.spend((known.slices.scanned - scanned) / 256)
    return slice
  }

  /**
   * The value at a path that is a number, a text and the like, without parsing what is around it; undefined when it
   * must be looked for in the parsed data: lists and groups of fields have an identity that must not depend on how
   * they were come by.
   */
  plain(path: DataPath, budget: Budget): { value: Value } | undefined {
    if (path.root === 'run' || path.root === 'now') return undefined
    if (this.find(path.root, path.step)?.parsed) return undefined
    const slice = this.stored(path, budget)
    if (slice === undefined) {
      const around = this.stored({ ...path, keys: path.keys.slice(0, -1) }, budget)
      return around?.trimStart().startsWith('{') ? { value: undefined } : undefined
    }
    if (slice.length > longestPlain || /^\s*[[{]/.test(slice)) return undefined
    const value: Value = JSON.parse(slice)
    return { value }
  }

  /** All of a root, parsed. */
  value(root: 'steps' | Exclude<RootName, 'run' | 'now'>, step?: string): Value {
    const known = this.find(root, step)
    if (!known) return undefined
    if (!known.parsed) {
      const value: Value = JSON.parse(known.slices.text)
      known.parsed = { value }
    }
    return known.parsed.value
  }

  private find(root: 'steps' | Exclude<RootName, 'run' | 'now'>, step = ''): Known | undefined {
    const text = root === 'steps' ? this.scope.step(step) : this.scope.root(root)
    if (text === undefined) return undefined
    const name = root === 'steps' ? `steps.${step}` : root
    const before = this.read.get(name)
    if (before && before.slices.text === text) return before
    const known: Known = { slices: new JsonSlices(text) }
    this.read.set(name, known)
    return known
  }
}

/**
 * A scope is made for one decision and dropped after it; what was read of it goes with it. It is kept in the scope: what
 * a `WeakMap` holds outlives every small collection of memory, and with it all that the scope can see.
 */
export function dataOf(scope: ExpressionScope): ScopeData {
  // A scope that was made from another has what was read of that one with it.
  if (!scope.data?.isOf(scope)) scope.data = new ScopeData(scope)
  return scope.data
}
