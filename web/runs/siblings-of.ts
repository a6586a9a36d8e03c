import type { Flow } from '#shared/flow.ts'
import type { RunStep } from '#shared/run.ts'
import { codePlaceOf } from './code-place-of.ts'

/** The paths of all that the same place in the code asked for, in every iteration; none for other steps. */
export function siblingsOf(document: Flow | undefined, steps: readonly RunStep[], step: RunStep): readonly string[] {
  if (document === undefined) return []
  const place = codePlaceOf(document, step)
  if (place === undefined) return []
  return steps.filter((each) => each.nodeId === step.nodeId && codePlaceOf(document, each) === place).map(({ path }) => path)
}
