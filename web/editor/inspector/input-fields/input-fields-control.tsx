import { setFormFields } from '../../commands/set-form-fields.ts'
import { useEditorStore } from '../../store.ts'
import type { ControlProps } from '../form/control-props.ts'
import { RawValue } from '../form/raw-value.tsx'
import { FormFieldList } from '../form-fields/form-field-list.tsx'
import { useStepId } from '../step-in-focus.ts'
import { askedBy, askedIn, askedKinds } from './input-model.ts'

/** What a run is asked for when it is started, field by field; a schema that says more than fields can stays as it is. */
export function InputFieldsControl({ field, words, value, onChange, disabled }: ControlProps) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const fields = askedIn(value)
  if (fields === undefined)
    return <RawValue label={words.label} hint={words.hint} error={words.error} {...{ value, onChange, disabled }} />
  return (
    <FormFieldList
      words={words}
      fields={fields}
      kinds={askedKinds}
      hasConditions={false}
      disabled={disabled}
      onEdit={(next) => onChange(askedBy(next))}
      onArrange={(next, announce) =>
        editor.run(setFormFields, { nodeId: stepId, param: field.name, value: askedBy(next), announce })
      }
    />
  )
}
