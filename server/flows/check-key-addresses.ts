import { type EgressRule, egressRules } from '#engine/index.ts'
import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { isAtHost } from '#shared/host-pattern.ts'
import type { Problem } from '#shared/plan.ts'
import { WebhookVerify } from '#shared/webhook-verify.ts'
import type { EgressDirectory } from '../egress/egress-directory.ts'

/**
 * Triggers that check who sends with keys published where the flow's calls may not go: they would believe nobody. What
 * the workspace allows may be another thing tomorrow, so that it is a warning.
 */
export async function checkKeyAddresses(egress: EgressDirectory, workspaceId: string, flow: Flow): Promise<Problem[]> {
  const asked = flow.nodes.flatMap((node) => {
    const verify = node.type === 'webhook' ? WebhookVerify.safeParse(node.params['verify']).data : undefined
    return verify !== undefined && 'jwksUrl' in verify ? [{ node, url: new URL(verify.jwksUrl) }] : []
  })
  if (asked.length === 0) return []
  const rules = egressRules(flow.settings.egress?.allow, await egress.find(workspaceId))
  return asked.flatMap(({ node, url }) => {
    const refusing = rules.find(({ hosts }) => !isAtHost(url, hosts))
    if (refusing === undefined) return []
    return [
      {
        severity: refusing.by === 'flow' ? 'error' : 'warning',
        nodeId: node.id,
        param: 'verify.jwksUrl',
        code: 'invalid_param',
        message: `"${nameOf(node)}" checks who sends with keys from ${url.host}, where calls are not allowed to go. ${next[refusing.by]}`,
      },
    ]
  })
}

const next: { readonly [by in EgressRule['by']]: string } = {
  flow: 'Add it to the flow’s settings (egress.allow), or take the keys from elsewhere.',
  workspace: 'Requests are refused until an admin adds it in Settings, under Calls outside.',
}
