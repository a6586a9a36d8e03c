import type { FieldWords } from '../../../ui/field.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { instantFromLocal, localFromInstant } from './local-time.ts'

interface InstantFieldProps extends FieldWords {
  value: string
  onChange: (value: string | undefined) => void
  disabled?: boolean
}

/** A date and a time, chosen in one's own time zone and given as an instant. What is no instant is shown and kept as it is. */
export function InstantField({ value, onChange, disabled, hint, ...words }: InstantFieldProps) {
  const local = localFromInstant(value)
  if (value !== '' && local === undefined)
    return (
      <TextField
        {...{ ...words, hint, value, disabled }}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
    )
  return (
    <TextField
      {...{ ...words, disabled }}
      hint={hint ?? `In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}`}
      type="datetime-local"
      value={local ?? ''}
      onChange={(event) => onChange(instantFromLocal(event.target.value))}
    />
  )
}
