import type { Json } from '#shared/json.ts'
import type { FieldWords } from '../../../ui/field.tsx'
import type { Field } from './field-model.ts'

/** What every control of the set-up form is given. */
export interface ControlProps {
  field: Field
  /** Label, hint and problem, as they stand around the control. */
  words: FieldWords & { label: string }
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  disabled: boolean
}
