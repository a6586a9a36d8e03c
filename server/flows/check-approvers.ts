import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Problem } from '#shared/plan.ts'
import { listStrangers } from '../db/list-strangers.ts'
import type { Queryable } from '../db/queryable.ts'

/** Steps that ask members who are none. E-mail addresses may be anybody's. */
export async function checkApprovers(db: Queryable, flowId: string, flow: Flow): Promise<Problem[]> {
  const named = flow.nodes.flatMap((node) => {
    const { approvers } = node.params
    if (node.type !== 'approval' || !Array.isArray(approvers)) return []
    return approvers.flatMap((name) =>
      typeof name === 'string' && /^user_[0-9a-z]+$/.test(name.trim()) ? [{ node, name: name.trim() }] : [],
    )
  })
  if (named.length === 0) return []
  const strangers = await listStrangers(
    db,
    flowId,
    named.map(({ name }) => name),
  )
  return named
    .filter(({ name }) => strangers.has(name))
    .map(({ node, name }) => ({
      severity: 'error',
      nodeId: node.id,
      param: 'approvers',
      code: 'invalid_param',
      message: `"${nameOf(node)}": there is no member "${name}" who could decide. Choose somebody else.`,
    }))
}
