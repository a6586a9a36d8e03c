import type { PlanIndex } from '../state/plan-index.ts'
import { levelsOf } from './step-place.ts'

/** What is to run again, told by the steps it begins at: they and everything that follows from them. */
export class Followers {
  private readonly index: PlanIndex
  /** Steps of a scope that run again, by the scope's path. */
  private readonly again = new Map<string, Set<string>>()
  /** Passes of a `repeat` after this one run again, by the loop's path. */
  private readonly lastPass = new Map<string, number>()
  /** Steps whose output is given: nothing inside them is of interest any more. */
  private readonly given = new Set<string>()
  /** What code asks for anew, by the path of the code's step; and what it is given instead. */
  readonly calls = new Map<string, { from: Set<string>; given: Set<string> }>()
  /** Rounds in which something runs again, by the loop's path. */
  readonly reopened = new Map<string, Set<number>>()

  constructor(index: PlanIndex) {
    this.index = index
  }

  /** The step itself, what follows from it, and what follows from the loops it is in. */
  addFrom(path: string): void {
    const last = levelsOf(path).at(-1)
    if (last?.inner !== undefined) this.callsOf(last.path).from.add(path)
    // A whole round is all that is in it.
    else if (last?.round !== undefined) for (const { id } of this.index.bodyOf(last.id).steps) this.mark(path, id)
    else if (last) this.mark(last.scope, last.id)
    this.addAfter(path)
  }

  /** Only what follows: the step keeps an output that somebody gave. */
  addGiven(path: string): void {
    const last = levelsOf(path).at(-1)
    if (last?.inner !== undefined) this.callsOf(last.path).given.add(path)
    else this.given.add(path)
    this.addAfter(path)
  }

  private callsOf(path: string): { from: Set<string>; given: Set<string> } {
    const known = this.calls.get(path) ?? { from: new Set(), given: new Set() }
    this.calls.set(path, known)
    return known
  }

  runsAgain(path: string): boolean {
    for (const level of levelsOf(path)) {
      if (this.again.get(level.scope)?.has(level.id)) return true
      if (level.round !== undefined && (level.round > (this.lastPass.get(level.path) ?? Infinity) || this.given.has(level.path)))
        return true
    }
    return false
  }

  private addAfter(path: string): void {
    for (const { scope, id, path: at, round } of levelsOf(path)) {
      for (const follower of followersOf(this.index, id)) this.mark(scope, follower)
      if (round === undefined) continue
      const rounds = this.reopened.get(at)
      if (rounds) rounds.add(round)
      else this.reopened.set(at, new Set([round]))
      if (this.index.steps.get(id)?.type === 'repeat') this.lastPass.set(at, Math.min(round, this.lastPass.get(at) ?? Infinity))
    }
  }

  private mark(scope: string, id: string): void {
    const ids = this.again.get(scope)
    if (ids) ids.add(id)
    else this.again.set(scope, new Set([id]))
  }
}

/** Every step that a line leads to from this one, directly or through others. */
export function followersOf(index: PlanIndex, id: string): Set<string> {
  const found = new Set<string>()
  const toGo = [id]
  for (const from of toGo) {
    for (const targets of index.lines(from).values()) {
      for (const target of targets) {
        if (found.has(target)) continue
        found.add(target)
        toGo.push(target)
      }
    }
  }
  return found
}
