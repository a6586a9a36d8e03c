import type { Json } from '#shared/json.ts'
import { questionsOf, readShowIf, showIfText, type ShowIf } from '#shared/show-if.ts'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { type DrawnField, idOf, labelOf, optionsOf, formTypeOf } from './edit-fields.ts'

interface ShowIfControlProps {
  /** The fields above, whose answers it can ask about. */
  above: readonly DrawnField[]
  value: Json | undefined
  disabled: boolean
  onChange: (value: Json | undefined) => void
}

const always = ' always'
const words: { [is in ShowIf['is']]: string } = {
  is: 'is',
  isNot: 'is not',
  has: 'has',
  yes: 'is ticked',
  no: 'is not ticked',
  filled: 'is filled in',
}

/** When a field is there: always, or depending on an answer above it. */
export function ShowIfControl({ above, value, disabled, onChange }: ShowIfControlProps) {
  const condition = typeof value === 'string' ? readShowIf(value) : undefined
  const asked = condition && above.find((field) => idOf(field) === condition.field)
  if (typeof value === 'string' && asked === undefined) {
    return (
      <TextField
        label="Only show if"
        hint="A formula over the answers above. Empty it to show the field always."
        mono
        value={value.replace(/^\{\{\s?([\s\S]*?)\s?\}\}$/, '$1')}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value.trim() === '' ? undefined : `{{ ${event.target.value} }}`)}
      />
    )
  }
  const change = (next: Partial<ShowIf>) => {
    const field = above.find((other) => idOf(other) === (next.field ?? condition?.field))
    if (field === undefined) return onChange(undefined)
    const questions = questionsOf({ type: formTypeOf(field) })
    const is = next.is ?? (next.field === undefined ? condition?.is : undefined) ?? questions[0] ?? 'filled'
    const kept = next.field === undefined ? condition?.value : undefined
    onChange(
      showIfText({ field: idOf(field), is, value: needsValue(is) ? (next.value ?? kept ?? optionsOf(field)[0] ?? '') : '' }),
    )
  }
  return (
    <div className="flex flex-col gap-2">
      <Select
        label="Only show if"
        options={[
          { value: always, label: 'Always show it' },
          ...above.map((field) => ({ value: idOf(field), label: labelOf(field) })),
        ]}
        value={condition?.field ?? always}
        disabled={disabled}
        onChange={(field) => (field === always ? onChange(undefined) : change({ field }))}
      />
      {condition !== undefined && asked !== undefined && (
        <div className="flex gap-2">
          <Select
            className="w-32 shrink-0"
            label="How its answer is"
            hideLabel
            options={questionsOf({ type: formTypeOf(asked) }).map((is) => ({ value: is, label: words[is] }))}
            value={condition.is}
            disabled={disabled}
            onChange={(is) => change({ is })}
          />
          {needsValue(condition.is) && (
            <Answer field={asked} value={condition.value} disabled={disabled} onChange={(answer) => change({ value: answer })} />
          )}
        </div>
      )}
    </div>
  )
}

const needsValue = (is: ShowIf['is']): boolean => is === 'is' || is === 'isNot' || is === 'has'

function Answer({
  field,
  value,
  disabled,
  onChange,
}: {
  field: DrawnField
  value: string
  disabled: boolean
  onChange: (value: string) => void
}) {
  const options = optionsOf(field)
  const look = { className: 'flex-1', label: `The answer to ${labelOf(field)}`, hideLabel: true, disabled }
  if (options.length > 0)
    return (
      <Select {...look} options={options.map((option) => ({ value: option, label: option }))} value={value} onChange={onChange} />
    )
  return <TextField {...look} value={value} onChange={(event) => onChange(event.target.value)} />
}
