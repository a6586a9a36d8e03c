import { ArrowDown, ArrowUp, ChevronRight, Trash2 } from 'lucide-react'
import { useId } from 'react'
import type { Json } from '#shared/json.ts'
import { Checkbox } from '../../../ui/checkbox.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { Select } from '../../../ui/select.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { BeginsWith } from './begins-with.tsx'
import { type DrawnField, idOf, labelOf, optionsOf, textIn, typeOf } from './edit-fields.ts'
import { type DrawnType, fieldKinds, kindOf } from './field-kinds.ts'
import { OptionLines } from './option-lines.tsx'
import { ShowIfControl } from './show-if-control.tsx'

interface FormFieldCardProps {
  field: DrawnField
  /** What it can be changed into. */
  kinds: readonly DrawnType[]
  /** The fields above it, which its condition may ask about. */
  above: readonly DrawnField[]
  isOpen: boolean
  isFirst: boolean
  isLast: boolean
  disabled: boolean
  onOpen: (isOpen: boolean) => void
  onLabel: (label: string) => void
  onOptions: (options: string[]) => void
  onChange: (field: DrawnField) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

/** One field of a form: its label and kind in a line, and behind it all there is to say about it. */
export function FormFieldCard(props: FormFieldCardProps) {
  const { field, isOpen, isFirst, isLast, disabled, onOpen, onMove, onRemove } = props
  const id = useId()
  const label = labelOf(field)
  const { icon: Icon, label: kind } = kindOf(typeOf(field))
  return (
    <>
      <div className="flex items-center gap-0.5 py-1 pr-1 pl-1.5">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => onOpen(!isOpen)}
          className="flex min-h-7 min-w-0 flex-1 items-center gap-2 rounded-field px-1 text-left hover:bg-hover"
        >
          <ChevronRight size={16} aria-hidden className={isOpen ? 'shrink-0 rotate-90' : 'shrink-0'} />
          <span className="min-w-0 flex-1 truncate text-label">{label}</span>
          <span className="flex shrink-0 items-center gap-1.5 text-small text-muted">
            <Icon size={14} aria-hidden />
            {kind}
            {field['required'] === true && ', required'}
          </span>
        </button>
        {!disabled && (
          <>
            <IconButton
              label={`Move ${label} up`}
              size="small"
              icon={<ArrowUp size={15} />}
              disabled={isFirst}
              onClick={() => onMove(-1)}
            />
            <IconButton
              label={`Move ${label} down`}
              size="small"
              icon={<ArrowDown size={15} />}
              disabled={isLast}
              onClick={() => onMove(1)}
            />
            <IconButton label={`Remove ${label}`} size="small" icon={<Trash2 size={15} />} onClick={onRemove} />
          </>
        )}
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen && <Details {...props} />}
      </div>
    </>
  )
}

function Details({ field, kinds, above, disabled, onLabel, onOptions, onChange }: FormFieldCardProps) {
  const type = typeOf(field)
  const set = (name: string, value: Json | undefined) => {
    const { [name]: _before, ...rest } = field
    onChange(value === undefined ? rest : { ...rest, [name]: value })
  }
  const isChoice = type === 'choice' || type === 'choices'
  return (
    <div className="flex flex-col gap-3 border-t border-line p-3">
      <div data-field-label>
        <TextField
          label="Label"
          hint={<>Later steps call it {idOf(field)}</>}
          value={textIn(field['label'])}
          maxLength={200}
          disabled={disabled}
          onChange={(event) => onLabel(event.target.value)}
        />
      </div>
      <Select
        label="Kind"
        options={fieldKinds.filter((kind) => kinds.includes(kind.type)).map((kind) => ({ value: kind.type, label: kind.label }))}
        value={type}
        disabled={disabled}
        onChange={(next: DrawnType) => onChange(ofKind(field, next))}
      />
      {isChoice && <OptionLines options={optionsOf(field)} disabled={disabled} onChange={onOptions} />}
      {type !== 'hidden' && (
        <>
          <Checkbox
            label={type === 'boolean' ? 'Must be ticked' : 'Must be filled in'}
            checked={field['required'] === true}
            disabled={disabled}
            onChange={(isRequired) => set('required', isRequired ? true : undefined)}
          />
          <TextField
            label="Help"
            value={textIn(field['help'])}
            maxLength={1000}
            disabled={disabled}
            onChange={(event) => set('help', event.target.value === '' ? undefined : event.target.value)}
          />
        </>
      )}
      <BeginsWith
        type={type}
        options={optionsOf(field)}
        value={field['default']}
        disabled={disabled}
        onChange={(value) => set('default', value)}
      />
      {above.length > 0 && (
        <ShowIfControl above={above} value={field['showIf']} disabled={disabled} onChange={(value) => set('showIf', value)} />
      )}
    </div>
  )
}

/** The same question of another kind: what makes no sense there is left behind. */
function ofKind(field: DrawnField, type: DrawnType): DrawnField {
  const { default: _begin, options, ...rest } = field
  const isChoice = type === 'choice' || type === 'choices'
  return { ...rest, type, ...(isChoice ? { options: options ?? ['First', 'Second'] } : {}) }
}
