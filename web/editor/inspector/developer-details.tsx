import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { NodeId } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { TextField } from '../../ui/text-field.tsx'
import { setStepId } from '../commands/set-step-id.ts'
import { setParams } from '../commands/step-fields.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { RawValue } from './form/raw-value.tsx'
import { useStepId } from './step-in-focus.ts'

/** What only people who write expressions and code want to know: the step's short name and its params as stored. */
export function DeveloperDetails() {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  return (
    <section data-dev className="border-t border-line pt-3">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        className="flex h-7 items-center gap-1 rounded-field pr-2 text-label text-muted hover:text-ink"
      >
        <ChevronRight size={16} aria-hidden className={isOpen ? 'rotate-90 transition-transform' : 'transition-transform'} />
        Developer details
      </button>
      <div id={id} hidden={!isOpen} className="mt-3 flex flex-col gap-4">
        {isOpen && (
          <>
            <ShortName />
            <StoredParams />
          </>
        )}
      </div>
    </section>
  )
}

function ShortName() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const readOnly = useEditor((state) => state.readOnly)
  const isTaken = (id: string) => id !== stepId && findNode(editor.store.getState().document, id) !== undefined
  const [typed, setTyped] = useState<string>()
  const shown = typed ?? stepId
  const problem = NodeId.safeParse(shown).error?.issues[0]?.message ?? (isTaken(shown) ? 'Another step has this name' : undefined)
  const keep = () => {
    if (typed !== undefined && problem === undefined && typed !== stepId) editor.run(setStepId, { nodeId: stepId, id: typed })
    setTyped(undefined)
  }
  return (
    <TextField
      label="Short name"
      hint={`What expressions and code call it: steps.${stepId}. Changing it changes every place that uses it.`}
      mono
      value={shown}
      error={problem}
      readOnly={readOnly}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === 'Enter' && keep()}
    />
  )
}

function StoredParams() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const params = useEditor((state) => findNode(state.document, stepId)?.params)
  const readOnly = useEditor((state) => state.readOnly)
  if (params === undefined) return null
  return (
    <RawValue
      label="Params as stored"
      value={params}
      disabled={readOnly}
      onChange={(next) => {
        if (!isJsonObject(next)) return
        const gone = Object.fromEntries(Object.keys(params).map((name) => [name, undefined]))
        editor.run(setParams, { nodeId: stepId, params: { ...gone, ...next } })
      }}
    />
  )
}
