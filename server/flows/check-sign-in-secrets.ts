import { type Flow, nameOf } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Problem } from '#shared/plan.ts'
import { listSecretNames } from '../db/list-secret-names.ts'
import type { Queryable } from '../db/queryable.ts'

/** Triggers that sign in with a secret the flow hasn't got: until it has, they can't look. */
export async function checkSignInSecrets(
  { db, catalog }: { db: Queryable; catalog: Catalog },
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
  flow: Flow,
): Promise<Problem[]> {
  const asked = flow.nodes.flatMap((node) => {
    const name = catalog.get(node.type)?.polls ? node.params['signInWith'] : undefined
    return typeof name === 'string' && name !== '' ? [{ node, name }] : []
  })
  if (asked.length === 0) return []
  const granted = new Set(await listSecretNames(db, workspaceId, flowId))
  return asked
    .filter(({ name }) => !granted.has(name))
    .map(({ node, name }) => ({
      severity: 'warning',
      nodeId: node.id,
      param: 'signInWith',
      code: 'secret_missing',
      message: `"${nameOf(node)}" signs in with the secret "${name}", which this flow hasn’t got: it can’t check anything until it is added under Values.`,
    }))
}
