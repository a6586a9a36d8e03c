import { clsx } from 'clsx'
import type { Json } from '#shared/json.ts'
import { Field, groupProps } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { Switch } from '../../../ui/switch.tsx'
import { TextControl } from './text-control.tsx'
import type { ControlProps } from './control-props.ts'
import { textOf } from './entry-rows.ts'

/** One of a few. A formula, where one is stored, is shown as what it is. */
export function ChoiceControl(props: ControlProps) {
  const { field, words, value, onChange, disabled } = props
  const choices = field.choices ?? []
  const stored = value ?? field.default
  if (isFormula(value)) return <TextControl {...props} />
  return (
    <Select
      {...words}
      options={choices}
      value={stored === undefined ? null : textOf(stored)}
      onChange={(next) => onChange(next)}
      disabled={disabled}
    />
  )
}

/** Yes or no. */
export function YesNoControl(props: ControlProps) {
  const { field, words, value, onChange, disabled } = props
  if (isFormula(value)) return <TextControl {...props} />
  return (
    <div className="flex flex-col gap-1.5">
      <Switch
        label={words.label}
        hint={words.hint}
        checked={(value ?? field.default) === true}
        onChange={onChange}
        disabled={disabled}
      />
      {words.error !== undefined && <p className="text-small text-failed">{words.error}</p>}
    </div>
  )
}

/** Any number of a few, as buttons that stay pressed. None chosen means what the hint says, usually all. */
export function ChoicesControl({ field, words, value, onChange, disabled }: ControlProps) {
  const chosen = new Set(Array.isArray(value) ? value.map(textOf) : [])
  const all = field.choices ?? []
  function toggle(choice: string): void {
    const next = all.map((known) => known.value).filter((known) => (known === choice ? !chosen.has(known) : chosen.has(known)))
    onChange(next.length === 0 ? undefined : next)
  }
  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-wrap gap-1.5">
          {all.map((choice) => (
            <button
              key={choice.value}
              type="button"
              aria-pressed={chosen.has(choice.value)}
              disabled={disabled}
              onClick={() => toggle(choice.value)}
              className={clsx(
                'h-7 rounded-full border px-3 text-label transition-colors',
                chosen.has(choice.value)
                  ? 'border-accent bg-accent-soft text-accent'
                  : 'border-line-strong text-muted hover:not-disabled:border-ink hover:not-disabled:text-ink',
              )}
            >
              {choice.label}
            </button>
          ))}
        </div>
      )}
    </Field>
  )
}

function isFormula(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('{{')
}
