import { z } from 'zod'
import { FlowEdge, FlowNode } from '#shared/flow.ts'

/** Steps as text: what the clipboard holds, and what people send each other. */
const CopiedSteps = z.object({ holdfast: z.literal('steps'), nodes: z.array(FlowNode).min(1), edges: z.array(FlowEdge) })
export type CopiedSteps = z.infer<typeof CopiedSteps>

/** The steps a text holds, or undefined when it is some other text. */
export function readCopied(text: string): CopiedSteps | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return CopiedSteps.safeParse(JSON.parse(text)).data
  } catch {
    // Any other text that begins with a brace: nothing of ours.
    return undefined
  }
}
