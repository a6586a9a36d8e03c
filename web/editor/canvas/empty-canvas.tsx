import { Zap } from 'lucide-react'
import { paste } from '../commands/clipboard.ts'
import { Button } from '../../ui/button.tsx'
import { showToast } from '../../ui/toast.ts'
import { useEditorStore } from '../store.ts'

/** What one sees before there is a flow. */
export function EmptyCanvas() {
  const editor = useEditorStore()
  const pasteFlow = async () => {
    try {
      const text = await navigator.clipboard.readText()
      if (editor.store.getState().language?.readCopied(text) === undefined)
        showToast({ title: 'No steps were copied', description: 'Copy steps in any flow first, then paste them here.' })
      else editor.run(paste, { text })
    } catch (cause) {
      // The browser refuses to be asked; the keys need no asking.
      if (!(cause instanceof DOMException)) throw cause
      showToast({ title: 'Press Ctrl+V to paste', description: 'This browser lets a page read the clipboard only by keyboard.' })
    }
  }
  return (
    <div className="pointer-events-none absolute inset-0 flex items-center justify-center p-6">
      <div className="pointer-events-auto flex max-w-110 flex-col items-center text-center">
        <span
          aria-hidden
          className="mb-5 grid size-14 place-items-center rounded-full border-2 border-dashed border-line-strong text-muted"
        >
          <Zap size={24} strokeWidth={1.75} />
        </span>
        <h2 className="text-display">What should start this?</h2>
        <p className="mt-2 text-body text-balance text-muted">Something happens, then your steps run, one after another.</p>
        <div className="mt-5 flex flex-wrap justify-center gap-2">
          <Button
            variant="primary"
            size="large"
            onClick={() => editor.setSession({ panel: 'add', addPlace: { kind: 'start' }, search: undefined })}
          >
            Choose a start
          </Button>
          <Button variant="quiet" size="large" onClick={() => void pasteFlow()}>
            Paste a flow
          </Button>
        </div>
      </div>
    </div>
  )
}
