import type { Json } from '#shared/json.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { InstantField } from '../form/instant-field.tsx'
import { textIn } from './edit-fields.ts'
import type { DrawnType } from './field-kinds.ts'

interface BeginsWithProps {
  type: DrawnType
  options: readonly string[]
  value: Json | undefined
  disabled: boolean
  onChange: (value: Json | undefined) => void
}

const nothing = ' '

/** What stands in a field before anybody has typed. */
export function BeginsWith({ type, options, value, disabled, onChange }: BeginsWithProps) {
  const label = type === 'hidden' ? 'What it holds' : 'To begin with'
  const change = (text: string) => onChange(text === '' ? undefined : text)
  switch (type) {
    case 'boolean':
      return (
        <Checkbox
          label="Ticked to begin with"
          checked={value === true}
          disabled={disabled}
          onChange={(isTicked) => onChange(isTicked ? true : undefined)}
        />
      )
    case 'choice':
      return (
        <Select
          label={label}
          options={[{ value: nothing, label: 'Nothing chosen' }, ...options.map((option) => ({ value: option, label: option }))]}
          value={typeof value === 'string' ? value : nothing}
          disabled={disabled}
          onChange={(next) => onChange(next === nothing ? undefined : next)}
        />
      )
    case 'longText':
      return (
        <TextArea
          label={label}
          rows={2}
          value={textIn(value)}
          disabled={disabled}
          onChange={(event) => change(event.target.value)}
        />
      )
    case 'text':
    case 'number':
    case 'date':
    case 'hidden':
      return (
        <TextField
          label={label}
          hint={type === 'hidden' ? 'A link can put something else there.' : undefined}
          type={type === 'date' ? 'date' : 'text'}
          inputMode={type === 'number' ? 'decimal' : undefined}
          value={textIn(value)}
          disabled={disabled}
          onChange={(event) => change(event.target.value)}
        />
      )
    case 'dateTime':
      return <InstantField {...{ label, value: textIn(value), disabled, onChange }} />
    case 'choices':
    case 'file':
      return null
  }
}
