import { useState } from 'react'
import { Field, groupProps } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import type { ControlProps } from '../form/control-props.ts'
import { numberFromText } from '../form/entry-rows.ts'
import { RawValue } from '../form/raw-value.tsx'
import { useParam, useProblem } from '../form/use-params.ts'
import { TemplateField } from '../template/template-field.tsx'
import { type DrawnDedupe, hoursFrom, readDedupe, usualHours, windowParts, writeDedupe, type WindowUnit } from './dedupe-model.ts'
import { senderWords } from './sender-words.ts'
import { readVerify } from './verify-model.ts'

const units: { value: WindowUnit; label: string }[] = [
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
]

/** What makes a request the same as one that came before, and for how long. */
export function DedupeControl({ field, words, value, onChange, disabled }: ControlProps) {
  const param = field.path.join('.')
  const [verify] = useParam(['verify'])
  const keyProblem = useProblem(`${param}.key`)
  const dedupe = readDedupe(value)
  if (dedupe === undefined)
    return <RawValue label={words.label} hint={words.hint} error={words.error} {...{ value, onChange, disabled }} />
  const sender = readVerify(verify)?.preset
  const delivery = sender === undefined ? undefined : senderWords[sender].delivery
  const change = (next: Partial<DrawnDedupe>) => onChange(writeDedupe({ ...dedupe, ...next }))
  return (
    <Field label={words.label}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-col gap-3 rounded-card border border-line p-3">
          <p className="text-small text-muted">
            Senders repeat what they got no answer to; the second one starts nothing new. It is known by the{' '}
            <span className="font-mono">Idempotency-Key</span> header{delivery === undefined ? '' : `, or by ${delivery}`}. That
            is always on.
          </p>
          <Field
            label="Known by something else"
            hint="A value that is the same when the request is. It goes before the others."
            error={keyProblem?.severity === 'error' ? keyProblem.message : undefined}
          >
            {(inner) => (
              <TemplateField
                control={inner}
                label="Known by something else"
                dropName={`${param}.key`}
                value={dedupe.key}
                onChange={(key) => change({ key })}
                placeholder="Such as the number of the order"
                disabled={disabled}
              />
            )}
          </Field>
          <WindowField
            hours={dedupe.windowHours}
            param={`${param}.windowHours`}
            onChange={(windowHours) => change({ windowHours })}
            disabled={disabled}
          />
        </div>
      )}
    </Field>
  )
}

interface WindowFieldProps {
  hours: number | undefined
  param: string
  onChange: (hours: number | undefined) => void
  disabled: boolean
}

/** A number of hours or days; what can't be read as one stays in the field only. */
function WindowField({ hours, param, onChange, disabled }: WindowFieldProps) {
  const problem = useProblem(param)
  const stored = windowParts(hours ?? usualHours)
  const [typed, setTyped] = useState<{ text: string; unit: WindowUnit; hours: number | undefined }>()
  const isTyped = typed !== undefined && typed.hours === hours
  const unit = isTyped ? typed.unit : stored.unit
  const text = isTyped ? typed.text : hours === undefined ? '' : String(stored.amount)

  function change(nextText: string, nextUnit: WindowUnit): void {
    const amount = numberFromText(nextText)
    const next = amount === undefined || amount <= 0 ? undefined : hoursFrom(amount, nextUnit)
    setTyped({ text: nextText, unit: nextUnit, hours: next })
    onChange(next)
  }

  const isWrong = text !== '' && (numberFromText(text) ?? 0) <= 0
  return (
    <div className="flex items-start gap-2">
      <TextField
        className="w-28"
        label="For how long"
        inputMode="decimal"
        placeholder={String(unit === 'days' ? usualHours / 24 : usualHours)}
        error={isWrong ? 'Write a number above 0' : problem?.severity === 'error' ? problem.message : undefined}
        value={text}
        onChange={(event) => change(event.target.value, unit)}
        readOnly={disabled}
      />
      <Select
        className="mt-6 w-28"
        label="Unit of how long"
        hideLabel
        options={units}
        value={unit}
        onChange={(next) => {
          if (text === '') setTyped({ text, unit: next, hours })
          else change(text, next)
        }}
        disabled={disabled}
      />
    </div>
  )
}
