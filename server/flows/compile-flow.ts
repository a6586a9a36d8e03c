import { isDeepStrictEqual } from 'node:util'
import { compile } from '#shared/compile.ts'
import type { CodeBundle, CodePackage, Compiled } from '#engine/index.ts'
import type { Flow } from '#shared/flow.ts'
import type { Plan, Problem } from '#shared/plan.ts'
import { listForeignPaths } from '../db/list-foreign-paths.ts'
import type { Queryable } from '../db/queryable.ts'
import type { Deps } from '../deps.ts'
import { checkApprovers } from './check-approvers.ts'
import { checkCalledFlows } from './check-called-flows.ts'
import { checkKeyAddresses } from './check-key-addresses.ts'
import { checkSecrets } from './check-secrets.ts'
import { codesOf } from './codes-of.ts'
import { notYetAvailable } from './not-yet-available.ts'
import { pathsOf } from './paths.ts'
import { preparePackages, type PackageTools } from './prepare-packages.ts'

/** All that stands in the way of publishing a document; when nothing does, its plan and the packages its code imports. */
export async function compileFlow(
  deps: Deps,
  db: Queryable,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
  flow: Flow,
): Promise<{ plan?: Plan; packages: CodePackage[]; problems: Problem[] }> {
  const taken = await listForeignPaths(
    db,
    flowId,
    pathsOf(flow.nodes).map(({ path }) => path),
  )
  const packages = await lookAtCode(deps, workspaceId, flow)
  const checkCode = (code: string) => deps.code.checkCode(code, packages)
  const result = compile(flow, deps.catalog, { checkCode, isPathTaken: (path) => taken.has(path) })
  const problems = [
    ...result.problems,
    ...notYetAvailable(flow),
    ...(await checkCalledFlows(db, flowId, flow)),
    ...(await checkApprovers(db, flowId, flow)),
    ...(await checkKeyAddresses(deps.egress, workspaceId, flow)),
    ...(await checkSecrets({ db, catalog: deps.catalog }, { workspaceId, flowId }, flow)),
  ]
  if (result.plan === undefined || problems.some((problem) => problem.severity === 'error')) return { packages, problems }
  return { plan: result.plan, packages, problems }
}

/**
 * Has the compiler look at every code step beforehand, without holding the server up: `compile` can't wait, and then
 * asks for what is already known. Gives the packages it was looked at with.
 */
export async function lookAtCode(deps: PackageTools, workspaceId: string, flow: Flow): Promise<CodePackage[]> {
  const packages = await preparePackages(deps, workspaceId, flow)
  for (const code of codesOf(flow)) await deps.code.findCodeProblems(code, packages, workspaceId)
  return packages
}

/** Code that was compiled before, and what it was compiled with. */
export interface CompiledAhead {
  packages: readonly CodePackage[]
  bundles: ReadonlyMap<string, CodeBundle>
}

/** A plan with the compiled code of its code steps. */
export async function compiledFrom(
  deps: Pick<Deps, 'code'>,
  workspaceId: string,
  plan: Plan,
  packages: readonly CodePackage[],
  ahead?: CompiledAhead,
): Promise<Compiled> {
  const ready = ahead !== undefined && isDeepStrictEqual(ahead.packages, packages) ? ahead.bundles : undefined
  const code: Compiled['code'] = {}
  for (const step of plan.steps) {
    const source = step.params['code']
    if (step.runs === 'code' && typeof source === 'string')
      code[step.id] = ready?.get(source) ?? (await deps.code.compileCode(source, packages, workspaceId))
  }
  return { plan, code }
}
