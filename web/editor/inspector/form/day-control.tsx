import { isDay } from '#shared/schedule/schedule.ts'
import { TextField } from '../../../ui/text-field.tsx'
import type { ControlProps } from './control-props.ts'

/** A day of the calendar. What else is stored, such as an instant, is shown and kept as it is. */
export function DayControl({ words, value, onChange, disabled }: ControlProps) {
  const text = typeof value === 'string' ? value : ''
  return (
    <TextField
      {...words}
      type={text === '' || isDay(text) ? 'date' : 'text'}
      value={text}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      readOnly={disabled}
    />
  )
}
