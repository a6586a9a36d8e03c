import { TriangleAlert } from 'lucide-react'
import type { FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { useEditorStore } from '../store.ts'

/** Says at the foot of the flow that one of its starts has not been able to look for a while, and leads there. */
export function FailingChecks({ node, message }: { node: FlowNode; message: string }) {
  const editor = useEditorStore()
  return (
    <button
      type="button"
      title={message}
      className="flex min-w-0 items-center gap-1.5 rounded-[4px] px-1 text-waiting hover:bg-hover"
      onClick={() => editor.openStep(node.id)}
    >
      <TriangleAlert size={14} strokeWidth={2} aria-hidden className="shrink-0" />
      <span className="truncate">“{nameOf(node)}” can’t check</span>
    </button>
  )
}
