import type { FlowSettings } from '#shared/flow.ts'
import { egressRules } from '../egress/egress-rules.ts'
import type { EgressFetch, FindEgressAllow } from '../ports.ts'

/** The way out as a flow has it: narrowed to the hosts that its workspace allows, and to those it allows itself. */
export function fetchWithin(
  ports: { fetch: EgressFetch; findEgressAllow?: FindEgressAllow | undefined },
  workspaceId: string,
  { egress }: Pick<FlowSettings, 'egress'>,
): EgressFetch {
  return async (request) => {
    const allow = egressRules(egress?.allow, await ports.findEgressAllow?.(workspaceId))
    return ports.fetch(allow.length === 0 ? request : { ...request, allow })
  }
}
