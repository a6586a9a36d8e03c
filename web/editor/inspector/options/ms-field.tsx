import { useState } from 'react'
import { controlClass, Field, type FieldWords } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { durationUnits, msFromParts, partsOfMs, unitWords, type DurationParts } from '../form/duration-parts.ts'

interface MsFieldProps {
  label: string
  hint?: FieldWords['hint']
  error?: string | undefined
  value: number | undefined
  /** What holds while nothing is set; shown, and not stored. */
  fallback: number
  onChange: (ms: number | undefined) => void
  disabled: boolean
}

const options = durationUnits.map((unit) => ({ value: unit, label: unitWords[unit] }))

/** A length of time that is stored in milliseconds, shown in the unit people would use. */
export function MsField({ label, hint, error, value, fallback, onChange, disabled }: MsFieldProps) {
  const [typed, setTyped] = useState<DurationParts>()
  const parts =
    typed !== undefined && msFromParts(typed) === (value ?? fallback)
      ? typed
      : typed?.amount.trim() === ''
        ? typed
        : partsOfMs(value ?? fallback)

  function change(next: DurationParts): void {
    setTyped(next)
    const ms = msFromParts(next)
    if (ms !== undefined || next.amount.trim() === '') onChange(ms === fallback ? undefined : ms)
  }

  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="flex gap-2">
          <input
            {...control}
            inputMode="decimal"
            value={parts.amount}
            disabled={disabled}
            onChange={(event) => change({ ...parts, amount: event.target.value })}
            onBlur={() => setTyped(undefined)}
            className={`${controlClass} h-8 w-20!`}
          />
          <Select
            label={`Unit of ${label}`}
            hideLabel
            className="w-32"
            options={options}
            value={parts.unit}
            onChange={(unit) => change({ ...parts, unit })}
            disabled={disabled}
          />
        </div>
      )}
    </Field>
  )
}
