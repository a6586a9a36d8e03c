import { useState } from 'react'
import { SquareFunction } from 'lucide-react'
import { Field } from '../../../ui/field.tsx'
import { controlClass } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Select } from '../../../ui/select.tsx'
import { TemplateField } from '../template/template-field.tsx'
import type { ControlProps } from './control-props.ts'
import { durationFromParts, durationParts, durationUnits, unitWords, type DurationUnit } from './duration-parts.ts'

const unitOptions = durationUnits.map((unit) => ({ value: unit, label: unitWords[unit] }))

/** A length of time: a number and a unit, or a formula. */
export function DurationControl({ field, words, value, onChange, disabled }: ControlProps) {
  const parts = durationParts(value)
  const [unit, setUnit] = useState<DurationUnit>(parts?.unit ?? 'm')
  const [isFormula, setIsFormula] = useState(false)
  const shownUnit = parts === undefined || parts.amount === '' ? unit : parts.unit

  if (parts === undefined || isFormula) {
    return (
      <Field {...words}>
        {(control) => (
          <TemplateField
            control={control}
            label={field.label}
            dropName={field.path.join('.')}
            value={typeof value === 'string' ? value : ''}
            onChange={(text) => {
              if (text === '') setIsFormula(false)
              onChange(text === '' ? undefined : text)
            }}
            disabled={disabled}
          />
        )}
      </Field>
    )
  }
  return (
    <Field {...words}>
      {(control) => (
        <div data-drop={field.path.join('.')} className="flex gap-2">
          <input
            {...control}
            inputMode="decimal"
            value={parts.amount}
            disabled={disabled}
            placeholder={typeof field.default === 'string' ? field.default : undefined}
            onChange={(event) => onChange(durationFromParts({ amount: event.target.value, unit: shownUnit }))}
            className={`${controlClass} h-8 w-24!`}
          />
          <Select
            label={`Unit of ${field.label}`}
            hideLabel
            className="w-36"
            options={unitOptions}
            value={shownUnit}
            onChange={(next) => {
              setUnit(next)
              if (parts.amount !== '') onChange(durationFromParts({ amount: parts.amount, unit: next }))
            }}
            disabled={disabled}
          />
          {field.expression && !disabled && (
            <IconButton
              label={`Write a formula into ${field.label}`}
              icon={<SquareFunction size={16} />}
              onClick={() => setIsFormula(true)}
            />
          )}
        </div>
      )}
    </Field>
  )
}
