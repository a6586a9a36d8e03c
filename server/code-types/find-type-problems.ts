import type { Flow } from '#shared/flow.ts'
import { packageOf } from '#shared/package-name.ts'
import type { Problem } from '#shared/plan.ts'
import type { Deps } from '../deps.ts'
import { codesOf } from '../flows/codes-of.ts'
import { checkFlowTypes } from './check-flow-types.ts'
import { typeSources } from './type-sources.ts'

/** Where the code and the holes of a flow don't fit the data that reaches them. */
export async function findTypeProblems(deps: Deps, workspaceId: string, flowId: string, flow: Flow): Promise<Problem[]> {
  const sources = await typeSources(deps, workspaceId, flowId, flow)
  const packages = await deps.packages.types(workspaceId, [...new Set(codesOf(flow).flatMap(namedPackages))].toSorted())
  return checkFlowTypes(
    deps.types,
    flowId,
    sources,
    packages.flatMap(({ files }) => files),
  )
}

/** Also those that only types are taken from, which leave nothing in what the compiler makes of the code. */
function namedPackages(code: string): string[] {
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].flatMap(
    ([, , specifier = '']) => packageOf(specifier) ?? [],
  )
}
