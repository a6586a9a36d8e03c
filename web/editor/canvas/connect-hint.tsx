import { useConnection, ViewportPortal } from '@xyflow/react'
import { useEditor } from '../store.ts'
import { edgeFrom } from '../commands/add-step.ts'
import { whyNot } from '../commands/connect.ts'

/** Why the line can't end on the step under the pointer, said where the person looks. */
export function ConnectHint() {
  const over = useConnection((connection) => (connection.inProgress ? connection.toNode?.id : undefined))
  const position = useConnection((connection) => (connection.inProgress ? connection.to : undefined))
  const why = useEditor((state) => {
    const { connecting } = state.session
    if (connecting === undefined || over === undefined || over === connecting.source || connecting.allowed.has(over))
      return undefined
    return whyNot(state, edgeFrom(connecting.source, connecting.handle, over))
  })
  if (why === undefined || position === undefined) return null
  return (
    <ViewportPortal>
      <div
        className="edge pointer-events-none absolute z-50 w-64 rounded-field bg-ink px-2.5 py-1.5 text-small text-bg shadow-float"
        style={{ translate: `${position.x + 16}px ${position.y + 20}px` }}
      >
        {why}
      </div>
    </ViewportPortal>
  )
}
