import type { FlowNode } from '../flow.ts'

/** The text of a code step; undefined for any other step, and for one without. */
export function codeOf(node: Pick<FlowNode, 'type' | 'params'> | undefined): string | undefined {
  const code = node?.type === 'code' ? node.params['code'] : undefined
  return typeof code === 'string' ? code : undefined
}
