import { fieldTypes } from '#shared/form-field.ts'
import { setFormFields } from '../../commands/set-form-fields.ts'
import { useEditorStore } from '../../store.ts'
import type { ControlProps } from '../form/control-props.ts'
import { useStepId } from '../step-in-focus.ts'
import { fieldsIn } from './edit-fields.ts'
import { FormFieldList } from './form-field-list.tsx'
import { FormPreview } from './form-preview.tsx'
import { usePageWords } from './use-page-words.ts'

/** What a form asks for, and how it will look. */
export function FormFieldsControl({ words, value, onChange, disabled }: ControlProps) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const page = usePageWords()
  const fields = fieldsIn(value)
  return (
    <div className="flex flex-col gap-4">
      <FormFieldList
        words={words}
        fields={fields}
        kinds={fieldTypes}
        hasConditions
        disabled={disabled}
        onEdit={onChange}
        onArrange={(next, announce) =>
          editor.run(setFormFields, { nodeId: stepId, param: 'fields', value: next, announce: `${announce} in the form` })
        }
      />
      {fields.length > 0 && <FormPreview fields={fields} words={page} />}
    </div>
  )
}
