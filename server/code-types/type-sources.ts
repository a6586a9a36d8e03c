import type { TypeSources } from '#shared/code-types/flow-types.ts'
import type { Flow } from '#shared/flow.ts'
import { isJsonObject, type Json } from '#shared/json.ts'
import type { RunStep } from '#shared/run.ts'
import { listSamples } from '../db/list-samples.ts'
import { listSecretNames } from '../db/list-secret-names.ts'
import type { Deps } from '../deps.ts'

/** A handful of runs shows what comes and goes; more would make each check slower, not better. */
const mostRuns = 5
const mostSteps = 100
const mostSamples = 20

/** What the types of a flow are made from: its samples, what its last runs gave, and names of the workspace. */
export async function typeSources(
  { pool, engine, catalog, sharedValues }: Pick<Deps, 'pool' | 'engine' | 'catalog' | 'sharedValues'>,
  workspaceId: string,
  flowId: string,
  flow: Flow,
): Promise<TypeSources> {
  const values = new Map<string, Json[]>()
  const add = (stepId: string, value: Json) => {
    const known = values.get(stepId)
    if (known === undefined) values.set(stepId, [value])
    else if (known.length < mostSamples) known.push(value)
  }
  for (const { stepId, value } of await listSamples(pool, flowId)) add(stepId, parsed(value))
  const { items: runs } = await engine.listRuns({ workspaceId, flowId, limit: mostRuns })
  for (const { id } of runs) {
    const run = await engine.getRun(workspaceId, id)
    const trigger = run?.trigger
    if (isJsonObject(trigger) && run !== undefined) add(run.triggerId, trigger)
    const { items: steps } = await engine.listSteps(workspaceId, id, { status: 'succeeded', limit: mostSteps })
    // What code asks for as a step of its own is a part of that code, and typed there.
    for (const step of steps) if (!step.path.includes('#') && isGiven(step)) add(step.nodeId, step.output)
  }
  const variables = parsed(await sharedValues.find(workspaceId))
  return {
    flow,
    catalog,
    samples: (stepId) => values.get(stepId) ?? [],
    secrets: await listSecretNames(pool, workspaceId, flowId),
    variables: isJsonObject(variables) ? variables : {},
  }
}

/** Not what stands in for an output where a step failed, or waited in vain: the types say that by themselves. */
function isGiven({ handle, output }: RunStep): boolean {
  if (handle === 'error' || handle === 'timeout') return false
  return !isJsonObject(output) || Object.keys(output).join() !== 'error'
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text)
  return value
}
