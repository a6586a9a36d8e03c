import type { SeenRun } from '../checker/evidence.ts'

/** Each of these, known by its tag, made one run and no more. */
export function oneEach(what: string, all: readonly SeenRun[], accepted: ReadonlySet<string>): string[] {
  const byTag = Map.groupBy(all, (seen) => seen.tag)
  const twice = [...byTag].flatMap(([tag, some]) => (some.length > 1 ? [`the ${what} ${tag} made ${some.length} runs`] : []))
  const never = [...accepted].filter((tag) => !byTag.has(tag)).map((tag) => `the ${what} ${tag} was accepted and made no run`)
  return [...twice, ...never]
}
