import type { RunStep } from '#shared/run.ts'

/** What the stream says of a step: everything but what came in and out. */
export type StepChange = Omit<RunStep, 'input' | 'output'>

/**
 * The steps with one of them changed, or added in its place. What came in and out stays as it was read last. A repeated
 * or late message never takes a step back to an earlier attempt, or from its end to its middle.
 */
export function withStep(steps: readonly RunStep[], change: StepChange): RunStep[] {
  const index = steps.findIndex((step) => step.path === change.path)
  const known = steps[index]
  if (known === undefined) return [...steps, { ...change, input: null, output: null }]
  const isOld =
    change.attempt < known.attempt ||
    (change.attempt === known.attempt && known.finishedAt !== null && change.finishedAt === null)
  return isOld ? [...steps] : steps.with(index, { ...known, ...change })
}
