import type { TypeSources } from '#shared/code-types/flow-types.ts'
import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { listSamples } from '../db/list-samples.ts'
import { listSecretNames } from '../db/list-secret-names.ts'
import type { Deps } from '../deps.ts'
import { createGivenInRuns } from './given-in-runs.ts'

const mostSamples = 20
const givenInRuns = createGivenInRuns()

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
  for (const { stepId, value } of await givenInRuns(engine, workspaceId, flowId)) add(stepId, value)
  const variables = parsed(await sharedValues.find(workspaceId))
  return {
    flow,
    catalog,
    samples: (stepId) => values.get(stepId) ?? [],
    secrets: await listSecretNames(pool, workspaceId, flowId),
    variables: isJsonObject(variables) ? variables : {},
  }
}

function parsed(text: string): Json {
  const value: Json = JSON.parse(text)
  return value
}
