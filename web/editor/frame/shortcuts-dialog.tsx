import { commands } from '../commands/index.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { codeKeys } from '../code/code-keys.ts'
import { useEditorStore } from '../store.ts'

const others = [
  { label: 'Test the whole flow', keys: 'Ctrl+Shift+Enter' },
  { label: 'Save at once', keys: 'Ctrl+S' },
  { label: 'Copy', keys: 'Ctrl+C' },
  { label: 'Paste', keys: 'Ctrl+V' },
  { label: 'Next region of the page', keys: 'F6' },
]

/** Every key of this page, read from the commands themselves. */
export function ShortcutsDialog() {
  const editor = useEditorStore()
  const rows = [
    ...commands.flatMap(({ label, shortcuts }) => (shortcuts ?? []).slice(0, 1).map((keys) => ({ label, keys }))),
    ...others,
    ...codeKeys,
  ]
  return (
    <Dialog
      open
      size="large"
      title="Keyboard shortcuts"
      description="Single letters work while the canvas or the outline has the focus."
      onOpenChange={() => editor.setSession({ dialog: undefined })}
    >
      <dl className="columns-2 gap-8 pb-3 max-md:columns-1">
        {rows.map(({ label, keys }) => (
          <div key={label + keys} className="flex h-8 break-inside-avoid items-center justify-between gap-4 border-b border-line">
            <dt>{label}</dt>
            <dd>
              <Kbd keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
