import { ChevronDown } from 'lucide-react'
import type { FormField } from '#shared/form-field.ts'
import { type DrawnField, optionsOf, textIn } from './edit-fields.ts'

interface PreviewField {
  key: string
  label: string
  type: FormField['type']
  field: DrawnField
}

/** How the fields will stand on the page: to be looked at, not filled in. */
export function FormPreview({ fields }: { fields: readonly PreviewField[] }) {
  return (
    <section aria-label="Preview of the form" className="flex flex-col gap-1.5">
      <h3 className="text-label">Preview</h3>
      <ul className="flex flex-col gap-3 rounded-card border border-line bg-sunken p-3">
        {fields
          .filter(({ type }) => type !== 'hidden')
          .map(({ key, label, type, field }) => (
            <li key={key} className="flex flex-col gap-1">
              <p className="text-label break-words">
                {type === 'boolean' && <Box />}
                {label}
                {field['required'] !== true && <span className="text-muted"> (optional)</span>}
                {typeof field['showIf'] === 'string' && <span className="text-small text-muted"> · not always shown</span>}
              </p>
              <Look type={type} field={field} />
              {textIn(field['help']) !== '' && <p className="text-small break-words text-muted">{textIn(field['help'])}</p>}
            </li>
          ))}
      </ul>
    </section>
  )
}

function Look({ type, field }: { type: FormField['type']; field: DrawnField }) {
  if (type === 'boolean') return null
  if (type === 'choices')
    return (
      <div aria-hidden>
        {optionsOf(field).map((option) => (
          <p key={option} className="text-body">
            <Box />
            {option}
          </p>
        ))}
      </div>
    )
  return (
    <div
      aria-hidden
      className={`flex justify-between rounded-field border border-line-strong bg-surface px-2.5 py-1.5 text-body ${type === 'longText' ? 'min-h-14' : 'min-h-8'}`}
    >
      <span className="truncate">{textIn(field['default'])}</span>
      {type === 'choice' && <ChevronDown size={16} className="text-muted" />}
    </div>
  )
}

function Box() {
  return (
    <span aria-hidden className="mr-2 inline-block size-3.5 rounded-[3px] border border-line-strong bg-surface align-[-2px]" />
  )
}
