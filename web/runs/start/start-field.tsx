import type { Json } from '#shared/json.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { ChoicesControl } from '../../editor/inspector/form/choice-control.tsx'
import { textOf } from '../../editor/inspector/form/entry-rows.ts'
import { DayControl } from '../../editor/inspector/form/day-control.tsx'
import type { Field } from '../../editor/inspector/form/field-model.ts'
import { InstantField } from '../../editor/inspector/form/instant-field.tsx'
import { RawValue } from '../../editor/inspector/form/raw-value.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Select } from '../../ui/select.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { numberOr } from './start-fields.ts'

interface StartFieldProps {
  field: Field
  value: Json | undefined
  problems: ReadonlyMap<string, string>
  onChange: (value: Json | undefined) => void
}

/** One thing a run is started with. */
export function StartField({ field, value, problems, onChange }: StartFieldProps) {
  const words = { label: field.label, hint: field.help, required: field.required, error: problems.get(field.path.join('.')) }
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  switch (field.kind) {
    case 'yesNo':
      return (
        <Checkbox
          label={field.label}
          hint={words.error === undefined ? field.help : 'Tick it to go on.'}
          checked={value === true}
          onChange={onChange}
        />
      )
    case 'choice':
      return (
        <Select {...words} options={field.choices ?? []} value={text === '' ? null : text} onChange={(next) => onChange(next)} />
      )
    case 'choices':
      return <ChoicesControl {...{ field, words, value, onChange }} disabled={false} />
    case 'list':
      return (
        <TextArea
          {...words}
          hint={field.help ?? 'One a line.'}
          value={Array.isArray(value) ? value.map(textOf).join('\n') : ''}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value.split('\n'))}
        />
      )
    case 'group':
      return <StartGroup {...{ field, value, problems, onChange }} />
    case 'number':
      return <NumberField {...{ words, value, onChange }} />
    case 'longText':
      return <TextArea {...words} value={text} onChange={(event) => onChange(event.target.value || undefined)} />
    case 'day':
      return <DayControl {...{ field, words, value, onChange }} disabled={false} />
    case 'dateTime':
      return <InstantField {...{ ...words, value: text, onChange }} />
    case 'text':
    case 'duration':
      return (
        <TextField
          {...words}
          placeholder={field.placeholder}
          value={text}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
      )
    default:
      return <RawValue {...words} value={value} onChange={onChange} disabled={false} />
  }
}

function NumberField({ words, value, onChange }: { words: { label: string } } & Pick<StartFieldProps, 'value' | 'onChange'>) {
  return (
    <TextField
      {...words}
      inputMode="decimal"
      defaultValue={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
      onChange={(event) => onChange(numberOr(event.target.value))}
    />
  )
}

function StartGroup({ field, value, problems, onChange }: StartFieldProps) {
  const given = isJsonObject(value) ? value : {}
  return (
    <fieldset className="flex flex-col gap-4 rounded-card border border-line p-3">
      <legend className="px-1 text-label">{field.label}</legend>
      {field.fields?.map((inner) => (
        <StartField
          key={inner.name}
          field={inner}
          value={given[inner.name]}
          problems={problems}
          onChange={(next) => {
            const { [inner.name]: _before, ...rest } = given
            onChange(next === undefined ? rest : { ...rest, [inner.name]: next })
          }}
        />
      ))}
    </fieldset>
  )
}
