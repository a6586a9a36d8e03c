import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { Field, groupProps } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { TemplateField } from '../template/template-field.tsx'
import type { ControlProps } from './control-props.ts'
import { numberFromText, textOf, valueOfKind } from './entry-rows.ts'
import { EntryRows } from './key-value-control.tsx'
import { RawValue } from './raw-value.tsx'

type Mode = 'text' | 'fields' | 'number' | 'yes' | 'no' | 'raw'

const options: { value: Mode; label: string }[] = [
  { value: 'text', label: 'Text or data' },
  { value: 'fields', label: 'Fields' },
  { value: 'number', label: 'Number' },
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
  { value: 'raw', label: 'List or anything' },
]

function modeOf(value: Json | undefined): Mode {
  if (value === undefined || typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return 'number'
  return isJsonObject(value) ? 'fields' : 'raw'
}

/** A value of any kind: text with pills, named fields, a number, yes or no, or anything in raw form. */
export function ValueControl({ field, words, value, onChange, disabled }: ControlProps) {
  // An emptied list of fields stores nothing, so that it is a list of fields has to be remembered here.
  const [chosen, setChosen] = useState<Mode>()
  const stored = modeOf(value)
  const mode = chosen !== undefined && (value === undefined || compatible(chosen, stored)) ? chosen : stored

  function choose(next: Mode): void {
    setChosen(next)
    onChange(valueInMode(value, next))
  }

  return (
    <div className="relative">
      <div className="absolute -top-1.5 right-0">
        <Select
          label={`Kind of ${field.label}`}
          hideLabel
          size="small"
          options={options}
          value={mode}
          onChange={choose}
          disabled={disabled}
          className="w-36"
        />
      </div>
      {mode === 'raw' ? (
        <RawValue label={words.label} value={value} onChange={onChange} disabled={disabled} />
      ) : (
        <Field {...words} className="[&>label]:mb-1">
          {(control) =>
            mode === 'fields' ? (
              <div {...groupProps(control)}>
                <EntryRows
                  label="Fields"
                  dropName={field.path.join('.')}
                  typed
                  expression={field.expression}
                  value={value}
                  onChange={onChange}
                  disabled={disabled}
                />
              </div>
            ) : mode === 'yes' || mode === 'no' ? (
              <output {...control} className="text-body text-muted">
                {mode === 'yes' ? 'Yes' : 'No'}
              </output>
            ) : (
              <TemplateField
                control={control}
                label={field.label}
                dropName={field.path.join('.')}
                value={textOf(value)}
                onChange={(text) => onChange(text === '' ? undefined : mode === 'number' ? (numberFromText(text) ?? text) : text)}
                multiline={mode === 'text'}
                placeholder={field.placeholder}
                disabled={disabled}
              />
            )
          }
        </Field>
      )}
    </div>
  )
}

function compatible(chosen: Mode, stored: Mode): boolean {
  return chosen === stored || (chosen === 'raw' && stored === 'fields') || (chosen === 'number' && stored === 'text')
}

function valueInMode(value: Json | undefined, mode: Mode): Json | undefined {
  switch (mode) {
    case 'text':
      return value === undefined ? undefined : valueOfKind(value, 'text')
    case 'number':
      return valueOfKind(value ?? '', 'number')
    case 'yes':
      return true
    case 'no':
      return false
    case 'fields':
      return isJsonObject(value) ? value : undefined
    case 'raw':
      return typeof value === 'object' ? value : []
  }
}
