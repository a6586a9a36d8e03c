import { type Flow, nameOf } from '#shared/flow.ts'
import type { Problem } from '#shared/plan.ts'
import { secretsOf, WebhookVerify } from '#shared/webhook-verify.ts'
import { listSecretNames } from '../db/list-secret-names.ts'
import type { Queryable } from '../db/queryable.ts'

/** Webhooks that check who sends with secrets the flow hasn't got: until it has, every request is refused. */
export async function checkWebhookSecrets(
  db: Queryable,
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
  flow: Flow,
): Promise<Problem[]> {
  const asked = flow.nodes.flatMap((node) => {
    const verify = node.type === 'webhook' ? WebhookVerify.safeParse(node.params['verify']).data : undefined
    return verify === undefined ? [] : secretsOf(verify).map((name) => ({ node, name }))
  })
  if (asked.length === 0) return []
  const granted = new Set(await listSecretNames(db, workspaceId, flowId))
  return asked
    .filter(({ name }) => !granted.has(name))
    .map(({ node, name }) => ({
      severity: 'warning',
      nodeId: node.id,
      param: 'verify.secret',
      code: 'secret_missing',
      message: `"${nameOf(node)}" checks who sends with the secret "${name}", which this flow hasn’t got: requests are refused until it is added under Values.`,
    }))
}
