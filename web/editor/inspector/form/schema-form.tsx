import { ChevronRight } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import type { ParamSchema } from '#shared/manifest.ts'
import { findNode } from '../../document-index.ts'
import { useStepId } from '../step-in-focus.ts'
import { FieldControl } from './field-control.tsx'
import { fieldsOf, isShown, type Field } from './field-model.ts'
import { isAbout } from './use-params.ts'
import { useEditor } from '../../store.ts'

/** The set-up form of a step, drawn from the schema of its params. Rarely needed fields wait under "More fields". */
export function SchemaForm({ schema }: { schema: ParamSchema }) {
  const fields = useMemo(() => fieldsOf(schema).filter((field) => field.kind !== 'code'), [schema])
  const more = fields.filter((field) => field.advanced)
  return (
    <div className="flex flex-col gap-4">
      {fields
        .filter((field) => !field.advanced)
        .map((field) => (
          <FieldControl key={field.name} field={field} />
        ))}
      {more.length > 0 && <MoreFields fields={more} />}
    </div>
  )
}

function MoreFields({ fields }: { fields: readonly Field[] }) {
  const stepId = useStepId()
  const needsAttention = useEditor((state) =>
    state.overlay.problems.some(
      (problem) => problem.nodeId === stepId && fields.some((field) => isAbout(problem.param, field.path.join('.'))),
    ),
  )
  const isWanted = useEditor((state) => {
    const { focusParam } = state.session
    return focusParam?.nodeId === stepId && fields.some((field) => isAbout(focusParam.param, field.path.join('.')))
  })
  const count = useEditor((state) => {
    const params = findNode(state.document, stepId)?.params ?? {}
    return fields.filter((field) => isShown(field, params)).length
  })
  const [isOpen, setIsOpen] = useState(false)
  const shown = isOpen || needsAttention || isWanted
  const id = useId()
  if (count === 0) return null
  return (
    <div>
      <button
        type="button"
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setIsOpen(!shown)}
        className="flex h-7 items-center gap-1 rounded-field pr-2 text-label text-muted hover:text-ink"
      >
        <ChevronRight size={16} aria-hidden className={shown ? 'rotate-90 transition-transform' : 'transition-transform'} />
        More fields ({count})
      </button>
      <div id={id} hidden={!shown} className="mt-3 flex flex-col gap-4">
        {shown && fields.map((field) => <FieldControl key={field.name} field={field} />)}
      </div>
    </div>
  )
}
