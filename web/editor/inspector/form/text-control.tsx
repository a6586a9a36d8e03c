import type { Json } from '#shared/json.ts'
import { Field } from '../../../ui/field.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { TemplateField } from '../template/template-field.tsx'
import type { ControlProps } from './control-props.ts'
import { numberFromText, textOf } from './entry-rows.ts'

/** Text, or a number: with pills where earlier data may be put in. */
export function TextControl({ field, words, value, onChange, disabled }: ControlProps) {
  const multiline = field.kind === 'longText'
  const text = textOf(value)
  const placeholder =
    field.placeholder ?? (field.default === undefined || typeof field.default === 'object' ? undefined : String(field.default))
  const change = (next: string) => onChange(field.kind === 'number' ? numberOrText(next) : next === '' ? undefined : next)

  if (field.expression) {
    return (
      <Field {...words}>
        {(control) => (
          <TemplateField
            control={control}
            label={field.label}
            dropName={field.path.join('.')}
            value={text}
            onChange={change}
            multiline={multiline}
            placeholder={placeholder}
            disabled={disabled}
          />
        )}
      </Field>
    )
  }
  if (multiline)
    return (
      <TextArea
        {...words}
        value={text}
        onChange={(event) => change(event.target.value)}
        placeholder={placeholder}
        readOnly={disabled}
      />
    )
  return (
    <TextField
      {...words}
      value={text}
      onChange={(event) => change(event.target.value)}
      placeholder={placeholder}
      readOnly={disabled}
      {...(field.kind === 'number' ? { inputMode: 'decimal' as const } : {})}
    />
  )
}

/** What is typed into a number field: the number, or the text as it is while it is none (a formula, a half-typed minus). */
export function numberOrText(text: string): Json | undefined {
  return text === '' ? undefined : (numberFromText(text) ?? text)
}
