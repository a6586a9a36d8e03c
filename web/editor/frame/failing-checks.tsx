import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { nameOf } from '#shared/flow-names.ts'
import { pollsQuery } from '../../api/queries.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'

const lookEveryMs = 30_000
/** Before that it is nothing to be told of everywhere: most of what fails once works the next time. */
const tellsFrom = 3

/** Says at the foot of the flow that one of its starts has not been able to look for a while, and leads there. */
export function FailingChecks() {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const isLooking = useEditor(
    ({ flow, live, catalog }) => flow.enabled && live?.nodes.some(({ type }) => catalog.get(type)?.polls === true) === true,
  )
  const { data } = useQuery({ ...pollsQuery(flowId), enabled: isLooking, refetchInterval: lookEveryMs })
  const failing = isLooking ? data?.items.find(({ error }) => error !== null && error.failures >= tellsFrom) : undefined
  const node = useEditor((state) => findNode(state.document, failing?.nodeId))
  if (node === undefined) return null
  return (
    <button
      type="button"
      title={failing?.error?.message}
      className="flex min-w-0 items-center gap-1.5 rounded-[4px] px-1 text-waiting hover:bg-hover"
      onClick={() => editor.openStep(node.id)}
    >
      <TriangleAlert size={14} strokeWidth={2} aria-hidden className="shrink-0" />
      <span className="truncate">“{nameOf(node)}” can’t check</span>
    </button>
  )
}
