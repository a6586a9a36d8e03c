import { useRef, useState } from 'react'
import { renameStep } from '../commands/step-fields.ts'
import type { Editor } from '../store.ts'

/** A step's name being typed on its card. Enter and leaving keep it, Esc doesn't. */
export function NameInput({ editor, id, name }: { editor: Editor; id: string; name: string }) {
  const [value, setValue] = useState(name)
  const isOver = useRef(false)
  const finish = (keep: boolean) => {
    if (isOver.current) return
    isOver.current = true
    if (keep) editor.run(renameStep, { nodeId: id, name: value })
    editor.setSession({ renaming: undefined })
    document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  return (
    <input
      className="step-name-input nodrag nopan"
      aria-label="Name of the step"
      value={value}
      maxLength={200}
      spellCheck={false}
      // The person asked to type here; the field exists for nothing else.
      ref={(input) => {
        if (input !== null && document.activeElement !== input) input.focus({ preventScroll: true })
      }}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setValue(event.currentTarget.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') finish(true)
        if (event.key === 'Escape') finish(false)
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  )
}
