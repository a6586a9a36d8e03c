import type { FlowSettings } from '#shared/flow.ts'
import type { EgressFetch, EgressRule, FindEgressAllow } from '../ports.ts'

/** The way out as a flow has it: narrowed to the hosts that its workspace allows, and to those it allows itself. */
export function fetchWithin(
  ports: { fetch: EgressFetch; findEgressAllow?: FindEgressAllow | undefined },
  workspaceId: string,
  { egress }: Pick<FlowSettings, 'egress'>,
): EgressFetch {
  return async (request) => {
    const ofWorkspace = await ports.findEgressAllow?.(workspaceId)
    const allow: EgressRule[] = [
      ...(egress === undefined ? [] : [{ by: 'flow' as const, hosts: egress.allow }]),
      ...(ofWorkspace === undefined ? [] : [{ by: 'workspace' as const, hosts: ofWorkspace }]),
    ]
    return ports.fetch(allow.length === 0 ? request : { ...request, allow })
  }
}
