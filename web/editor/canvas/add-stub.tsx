import { Plus } from 'lucide-react'
import { findNode } from '../document-index.ts'
import { placeOf, sizeOf } from '../layout/measures.ts'
import type { Editor } from '../store.ts'

interface AddStubProps {
  editor: Editor
  source: string
  handle: string
  left: number
  side: boolean
  label: string
}

/** The short line with a + where nothing follows yet. */
export function AddStub({ editor, source, handle, left, side, label }: AddStubProps) {
  const open = () => {
    const { document } = editor.store.getState()
    const node = findNode(document, source)
    if (node === undefined) return
    const at = placeOf(document, node)
    const { width, height } = sizeOf(document, node)
    editor.setSession({
      search: {
        place: { kind: 'after', source, handle },
        at: side ? { x: at.x + width + 56, y: at.y + height / 2 - 20 } : { x: at.x + left + 20, y: at.y + height + 20 },
      },
      panel: undefined,
    })
  }
  return (
    <div className="add-stub nodrag nopan" data-side={side || undefined} style={side ? undefined : { left }}>
      <button
        type="button"
        tabIndex={-1}
        aria-label={label}
        title={label}
        className="round-button"
        onClick={(event) => {
          event.stopPropagation()
          open()
        }}
      >
        <Plus size={14} strokeWidth={2.25} aria-hidden />
      </button>
    </div>
  )
}
