import type { Flow, FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Problem } from '#shared/plan.ts'
import { secretsOf, WebhookVerify } from '#shared/webhook-verify.ts'
import { listSecretNames } from '../db/list-secret-names.ts'
import type { Queryable } from '../db/queryable.ts'

/** A trigger that needs a secret by this name, and what can't be done without it. */
interface Asked {
  node: FlowNode
  param: string
  name: string
  message: string
}

/** Triggers that check who sends, or sign in, with a secret the flow hasn't got: until it has, they start nothing. */
export async function checkSecrets(
  { db, catalog }: { db: Queryable; catalog: Catalog },
  { workspaceId, flowId }: { workspaceId: string; flowId: string },
  flow: Flow,
): Promise<Problem[]> {
  const asked = [...flow.nodes.flatMap(askedByWebhook), ...flow.nodes.flatMap((node) => askedByPoll(catalog, node))]
  if (asked.length === 0) return []
  const granted = new Set(await listSecretNames(db, workspaceId, flowId))
  return asked
    .filter(({ name }) => !granted.has(name))
    .map(({ node, param, message }) => ({ severity: 'warning', nodeId: node.id, param, code: 'secret_missing', message }))
}

function askedByWebhook(node: FlowNode): Asked[] {
  const verify = node.type === 'webhook' ? WebhookVerify.safeParse(node.params['verify']).data : undefined
  if (verify === undefined) return []
  return secretsOf(verify).map((name) => ({
    ...{ node, name, param: 'verify.secret' },
    message: `"${nameOf(node)}" checks who sends with the secret "${name}", which this flow hasn’t got: requests are refused until it is added under Values.`,
  }))
}

function askedByPoll(catalog: Catalog, node: FlowNode): Asked[] {
  const name = catalog.get(node.type)?.polls ? node.params['signInWith'] : undefined
  if (typeof name !== 'string' || name === '') return []
  const message = `"${nameOf(node)}" signs in with the secret "${name}", which this flow hasn’t got: it can’t check anything until it is added under Values.`
  return [{ node, name, param: 'signInWith', message }]
}
