import { Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FormField } from '#shared/form-field.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, groupProps } from '../../../ui/field.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { setFormFields } from '../../commands/set-form-fields.ts'
import { useEditorStore } from '../../store.ts'
import { jsonTextOf } from '../template/sample-scope.ts'
import type { ControlProps } from '../form/control-props.ts'
import { useStepId } from '../step-in-focus.ts'
import { fieldKinds, kindOf } from './field-kinds.ts'
import {
  type DrawnField,
  fieldsIn,
  idOf,
  labelOf,
  moved,
  newField,
  relabelled,
  typeOf,
  without,
  withOptions,
} from './edit-fields.ts'
import { FormFieldCard } from './form-field-card.tsx'
import { FormPreview } from './form-preview.tsx'

/** What a form asks for: its fields from the top, each with all there is to say about it, and how they will look. */
export function FormFieldsControl({ words, value, onChange, disabled }: ControlProps) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const fields = fieldsIn(value)
  const [openAt, setOpenAt] = useState<number>()
  const list = useRef<HTMLOListElement>(null)

  const isUsed = (id: string) => {
    const { nodes } = editor.store.getState().document
    return (jsonTextOf(nodes.map(({ params }) => params)) ?? '').includes(`trigger.body.${id}`)
  }
  const change = (next: DrawnField[], announce: string) => editor.run(setFormFields, { nodeId: stepId, fields: next, announce })

  function add(type: FormField['type']): void {
    const field = newField(type, fields)
    change([...fields, field], `${kindOf(type).label} added to the form`)
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
    change(moved(fields, index, by), `${labelOf(field)} moved ${by < 0 ? 'up' : 'down'}`)
    setOpenAt(openAt === index ? index + by : openAt)
  }

  function remove(index: number): void {
    const field = fields[index]
    if (field === undefined) return
    change(without(fields, index), `${labelOf(field)} removed from the form`)
    setOpenAt(undefined)
    requestAnimationFrame(() =>
      list.current?.querySelectorAll<HTMLElement>('li > div > button:first-child')[Math.max(0, index - 1)]?.focus(),
    )
  }

  return (
    <div className="flex flex-col gap-4">
      <Field {...words}>
        {(control) => (
          <div {...groupProps(control)} className="flex flex-col gap-2">
            <ol ref={list} className="flex flex-col gap-2">
              {fields.map((field, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- a field's id is made of what is being typed here
                <li key={index} className="rounded-card border border-line">
                  <FormFieldCard
                    field={field}
                    above={fields.slice(0, index)}
                    isOpen={openAt === index}
                    isFirst={index === 0}
                    isLast={index === fields.length - 1}
                    disabled={disabled}
                    onOpen={(isOpen) => setOpenAt(isOpen ? index : undefined)}
                    onLabel={(label) => onChange(relabelled(fields, index, label, isUsed))}
                    onOptions={(options) => onChange(withOptions(fields, index, options))}
                    onChange={(next) => onChange(fields.with(index, next))}
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
                entries={fieldKinds.map(({ type, label, icon: Icon }) => ({
                  label,
                  icon: <Icon size={16} aria-hidden />,
                  onSelect: () => add(type),
                }))}
              />
            )}
          </div>
        )}
      </Field>
      {fields.length > 0 && (
        <FormPreview fields={fields.map((field) => ({ key: idOf(field), label: labelOf(field), type: typeOf(field), field }))} />
      )}
    </div>
  )
}
