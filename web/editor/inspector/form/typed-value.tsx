import { ALargeSmall, Braces, Hash, ToggleLeft } from 'lucide-react'
import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import { Field } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { TemplateField } from '../template/template-field.tsx'
import { numberFromText, rowKind, textOf, valueOfKind, type RowKind } from './entry-rows.ts'
import { RawValue } from './raw-value.tsx'

interface TypedValueProps {
  label: string
  dropName: string
  /** Whether it may be more than text. */
  typed: boolean
  expression: boolean
  value: Json
  onChange: (value: Json) => void
  disabled: boolean
}

const kinds = {
  text: { word: 'Text', icon: <ALargeSmall size={15} /> },
  number: { word: 'Number', icon: <Hash size={15} /> },
  yesNo: { word: 'Yes or no', icon: <ToggleLeft size={15} /> },
  raw: { word: 'Group or list', icon: <Braces size={15} /> },
} satisfies Record<RowKind, unknown>
const order: readonly RowKind[] = ['text', 'number', 'yesNo', 'raw']

/** One value whose kind can be chosen: text with pills, a number, yes or no, or a group or list. */
export function TypedValue({ label, dropName, typed, expression, value, onChange, disabled }: TypedValueProps) {
  const kind = rowKind(value)
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <ValueOfKind kind={kind} {...{ label, dropName, expression, value, onChange, disabled }} />
      </div>
      {typed && !disabled && (
        <Menu
          trigger={<IconButton label={`Kind of ${label}: ${kinds[kind].word}`} icon={kinds[kind].icon} className="size-8!" />}
          entries={order.map((other) => ({
            label: kinds[other].word,
            icon: kinds[other].icon,
            disabled: other === kind,
            onSelect: () => onChange(valueOfKind(value, other)),
          }))}
        />
      )}
    </div>
  )
}

function ValueOfKind({
  kind,
  label,
  dropName,
  expression,
  value,
  onChange,
  disabled,
}: Omit<TypedValueProps, 'typed'> & { kind: RowKind }) {
  switch (kind) {
    case 'text':
      return expression ? (
        <Field label={label} hideLabel>
          {(control) => (
            <TemplateField
              control={control}
              label={label}
              dropName={dropName}
              value={textOf(value)}
              onChange={onChange}
              disabled={disabled}
            />
          )}
        </Field>
      ) : (
        <TextField
          label={label}
          hideLabel
          value={textOf(value)}
          onChange={(event) => onChange(event.target.value)}
          readOnly={disabled}
        />
      )
    case 'number':
      return <NumberValue {...{ label, value, onChange, disabled }} />
    case 'yesNo':
      return (
        <Select
          label={label}
          hideLabel
          value={value === true ? 'yes' : 'no'}
          options={[
            { value: 'yes', label: 'Yes' },
            { value: 'no', label: 'No' },
          ]}
          onChange={(next) => onChange(next === 'yes')}
          disabled={disabled}
        />
      )
    case 'raw':
      return <RawValue label={label} hideLabel value={value} onChange={(next) => onChange(next ?? null)} disabled={disabled} />
  }
}

/** Keeps what is typed until it reads as a number. */
function NumberValue({ label, value, onChange, disabled }: Pick<TypedValueProps, 'label' | 'value' | 'onChange' | 'disabled'>) {
  const [text, setText] = useState(textOf(value))
  const shown = numberFromText(text) === value || numberFromText(text) === undefined ? text : textOf(value)
  const isWrong = numberFromText(shown) === undefined
  return (
    <TextField
      label={label}
      hideLabel
      inputMode="decimal"
      value={shown}
      error={isWrong ? 'Write a number, such as 12.5' : undefined}
      readOnly={disabled}
      onChange={(event) => {
        setText(event.target.value)
        const number = numberFromText(event.target.value)
        if (number !== undefined) onChange(number)
      }}
    />
  )
}
