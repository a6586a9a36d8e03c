import { createKnown, type Engine } from '#engine/index.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { RunStep, RunSummary } from '#shared/run.ts'

/** What a step, or a trigger, once gave. */
export interface Given {
  stepId: string
  value: Json
}

/** A handful of runs shows what comes and goes; more would make each check slower, not better. */
const mostRuns = 5
const mostSteps = 100
/** Runs of the flows that are edited at the time. */
const mostKept = 100
/** Larger ones are read again each time: what is kept has to stay small. */
const mostKeptLetters = 300_000
/** A run under way is read again after this long; one that is over never changes, except into another one. */
const freshMs = 10_000

/**
 * Reads what the steps of a flow's last runs gave, newest first. Whoever writes code asks for it with each word, so
 * what was read is kept.
 */
export function createGivenInRuns(now: () => number = () => performance.now()) {
  const kept = createKnown<{ given: Given[]; atMs: number }>(mostKept)

  return async (engine: Pick<Engine, 'listRuns' | 'getRun' | 'listSteps'>, workspaceId: string, flowId: string) => {
    const { items } = await engine.listRuns({ workspaceId, flowId, limit: mostRuns })
    const all: Given[] = []
    for (const summary of items) {
      const key = `${summary.id} ${summary.status} ${summary.finishedAt}`
      const before = kept.get(key)
      const isFresh = before !== undefined && (summary.finishedAt !== null || now() - before.atMs < freshMs)
      const given = isFresh ? before.given : await givenIn(engine, workspaceId, summary)
      if (!isFresh && JSON.stringify(given).length <= mostKeptLetters) kept.set(key, { given, atMs: now() })
      all.push(...given)
    }
    return all
  }
}

async function givenIn(
  engine: Pick<Engine, 'getRun' | 'listSteps'>,
  workspaceId: string,
  { id, triggerId }: RunSummary,
): Promise<Given[]> {
  const run = await engine.getRun(workspaceId, id)
  const { items: steps } = await engine.listSteps(workspaceId, id, { status: 'succeeded', limit: mostSteps })
  // What code asks for as a step of its own is a part of that code, and typed there.
  const ofSteps = steps.filter((step) => !step.path.includes('#') && isGiven(step))
  const trigger = run?.trigger
  return [
    ...(isJsonObject(trigger) ? [{ stepId: triggerId, value: trigger }] : []),
    ...ofSteps.map(({ nodeId, output }) => ({ stepId: nodeId, value: output })),
  ]
}

/** Not what stands in for an output where a step failed, or waited in vain: the types say that by themselves. */
function isGiven({ handle, output }: RunStep): boolean {
  if (handle === 'error' || handle === 'timeout') return false
  return !isJsonObject(output) || Object.keys(output).join() !== 'error'
}
