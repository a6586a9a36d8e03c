import { compile } from '#shared/compile.ts'
import type { Compiled } from '#engine/index.ts'
import type { Flow } from '#shared/flow.ts'
import type { Plan, Problem } from '#shared/plan.ts'
import { listForeignPaths } from '../db/list-foreign-paths.ts'
import type { Queryable } from '../db/queryable.ts'
import type { Deps } from '../deps.ts'
import { checkApprovers } from './check-approvers.ts'
import { checkCalledFlows } from './check-called-flows.ts'
import { notYetAvailable } from './not-yet-available.ts'
import { pathsOf } from './paths.ts'

/** All that stands in the way of publishing a document, and its plan when nothing does. */
export async function compileFlow(
  deps: Deps,
  db: Queryable,
  flowId: string,
  flow: Flow,
): Promise<{ plan?: Plan; problems: Problem[] }> {
  const taken = await listForeignPaths(
    db,
    flowId,
    pathsOf(flow.nodes).map(({ path }) => path),
  )
  await lookAtCode(deps, flow)
  const result = compile(flow, deps.catalog, { checkCode: deps.code.checkCode, isPathTaken: (path) => taken.has(path) })
  const problems = [
    ...result.problems,
    ...notYetAvailable(flow),
    ...(await checkCalledFlows(db, flowId, flow)),
    ...(await checkApprovers(db, flowId, flow)),
  ]
  if (result.plan === undefined || problems.some((problem) => problem.severity === 'error')) return { problems }
  return { plan: result.plan, problems }
}

/**
 * Has the compiler look at every code step beforehand, without holding the server up: `compile` can't wait, and then
 * asks for what is already known.
 */
export async function lookAtCode(deps: Pick<Deps, 'code'>, flow: Flow): Promise<void> {
  for (const { params } of flow.nodes) if (typeof params['code'] === 'string') await deps.code.findCodeProblems(params['code'])
}

/** A plan with the compiled code of its code steps. */
export async function compiledFrom(deps: Pick<Deps, 'code'>, plan: Plan): Promise<Compiled> {
  const code: Compiled['code'] = {}
  for (const step of plan.steps) {
    const source = step.params['code']
    if (step.runs === 'code' && typeof source === 'string') code[step.id] = await deps.code.compileCode(source)
  }
  return { plan, code }
}
