import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Field, type FieldWords, groupProps } from '../../../ui/field.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { useEditorStore } from '../../store.ts'
import { jsonTextOf } from '../template/sample-scope.ts'
import { type DrawnField, labelOf, moved, newField, relabelled, without, withOptions } from './edit-fields.ts'
import { type DrawnType, fieldKinds, kindOf } from './field-kinds.ts'
import { FormFieldCard } from './form-field-card.tsx'

interface FormFieldListProps {
  words: FieldWords & { label: string }
  fields: readonly DrawnField[]
  /** What can be asked for. */
  kinds: readonly DrawnType[]
  /** Whether a field may be shown only after certain answers. */
  hasConditions: boolean
  disabled: boolean
  /** While something is typed. */
  onEdit: (fields: DrawnField[]) => void
  /** One was added, moved or taken away, in words. */
  onArrange: (fields: DrawnField[], announce: string) => void
}

/** Fields from the top, each with all there is to say about it. */
export function FormFieldList({ words, fields, kinds, hasConditions, disabled, onEdit, onArrange }: FormFieldListProps) {
  const editor = useEditorStore()
  const [openAt, setOpenAt] = useState<number>()
  const list = useRef<HTMLOListElement>(null)

  const isUsed = (id: string) => {
    const { nodes } = editor.store.getState().document
    return (jsonTextOf(nodes.map(({ params }) => params)) ?? '').includes(`trigger.body.${id}`)
  }

  function add(type: DrawnType): void {
    onArrange([...fields, newField(type, fields)], `${kindOf(type).label} added`)
    setOpenAt(fields.length)
    // Its label is what is typed next.
    requestAnimationFrame(() => {
      const label = list.current?.querySelector<HTMLInputElement>('li:last-child [data-field-label] input')
      label?.focus()
      label?.select()
    })
  }

  function move(index: number, by: 1 | -1): void {
    const field = fields[index]
    if (field === undefined) return
    onArrange(moved(fields, index, by), `${labelOf(field)} moved ${by < 0 ? 'up' : 'down'}`)
    setOpenAt(openAt === index ? index + by : openAt)
  }

  function remove(index: number): void {
    const field = fields[index]
    if (field === undefined) return
    onArrange(without(fields, index), `${labelOf(field)} removed`)
    setOpenAt(undefined)
    requestAnimationFrame(() =>
      list.current?.querySelectorAll<HTMLElement>('li > div > button:first-child')[Math.max(0, index - 1)]?.focus(),
    )
  }

  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-col gap-2">
          <ol ref={list} className="flex flex-col gap-2 empty:hidden">
            {fields.map((field, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- a field's id is made of what is being typed here
              <li key={index} className="rounded-card border border-line">
                <FormFieldCard
                  field={field}
                  kinds={kinds}
                  above={hasConditions ? fields.slice(0, index) : []}
                  isOpen={openAt === index}
                  isFirst={index === 0}
                  isLast={index === fields.length - 1}
                  disabled={disabled}
                  onOpen={(isOpen) => setOpenAt(isOpen ? index : undefined)}
                  onLabel={(label) => onEdit(relabelled(fields, index, label, isUsed))}
                  onOptions={(options) => onEdit(withOptions(fields, index, options))}
                  onChange={(next) => onEdit(fields.with(index, next))}
                  onMove={(by) => move(index, by)}
                  onRemove={() => remove(index)}
                />
              </li>
            ))}
          </ol>
          {!disabled && (
            <Menu
              align="start"
              trigger={
                <Button size="small" className="self-start" icon={<Plus size={15} />}>
                  Add a field
                </Button>
              }
              entries={fieldKinds
                .filter(({ type }) => kinds.includes(type))
                .map(({ type, label, icon: Icon }) => ({
                  label,
                  icon: <Icon size={16} aria-hidden />,
                  onSelect: () => add(type),
                }))}
            />
          )}
        </div>
      )}
    </Field>
  )
}
