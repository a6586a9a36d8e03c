import type { EgressRule } from '../ports.ts'

/** What narrows the calls of a flow: the hosts it names itself, and those of its workspace; none where neither does. */
export function egressRules(ofFlow: readonly string[] | undefined, ofWorkspace: readonly string[] | undefined): EgressRule[] {
  return [
    ...(ofFlow === undefined ? [] : [{ by: 'flow' as const, hosts: ofFlow }]),
    ...(ofWorkspace === undefined ? [] : [{ by: 'workspace' as const, hosts: ofWorkspace }]),
  ]
}
