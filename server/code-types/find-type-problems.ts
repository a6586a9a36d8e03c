import { tooLarge } from '#shared/compiler/too-large.ts'
import type { Flow } from '#shared/flow.ts'
import type { Problem } from '#shared/plan.ts'
import type { Deps } from '../deps.ts'
import { checkFlowTypes } from './check-flow-types.ts'
import { namedPackages } from '#shared/code-types/named-packages.ts'
import { typeSources } from './type-sources.ts'

/** Where the code and the holes of a flow don't fit the data that reaches them; of what somebody is writing only while it is the newest. */
export async function findTypeProblems(
  deps: Deps,
  { workspaceId, flowId, writer }: { workspaceId: string; flowId: string; writer?: string | undefined },
  flow: Flow,
): Promise<Problem[]> {
  // That is a problem already.
  if (tooLarge(flow) !== undefined) return []
  const sources = await typeSources(deps, workspaceId, flowId, flow)
  const packages = await deps.packages.types(workspaceId, namedPackages(flow))
  return checkFlowTypes(
    deps.types,
    { key: flowId, workspaceId, writer },
    sources,
    packages.flatMap(({ files }) => files),
  )
}
