import { Plus, X } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Json } from '#shared/json.ts'
import { Button } from '../../../ui/button.tsx'
import { controlClass, Field, groupProps } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { ControlProps } from './control-props.ts'
import { addRow, objectFromRows, repeatedNames, rowsFromObject, rowsInStep, type Row } from './entry-rows.ts'
import { TypedValue } from './typed-value.tsx'

/** Named values, one row each; the values may hold pills, and where the schema allows be more than text. */
export function KeyValueControl({ field, words, value, onChange, disabled }: ControlProps) {
  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)}>
          <EntryRows
            label={field.label}
            dropName={field.path.join('.')}
            typed={field.typed ?? true}
            expression={field.expression}
            value={value}
            onChange={onChange}
            disabled={disabled}
          />
        </div>
      )}
    </Field>
  )
}

interface EntryRowsProps {
  label: string
  dropName: string
  typed: boolean
  expression: boolean
  value: Json | undefined
  onChange: (value: Json | undefined) => void
  disabled: boolean
}

export function EntryRows({ label, dropName, typed, expression, value, onChange, disabled }: EntryRowsProps) {
  const [edited, setEdited] = useState<Row[]>(() => rowsFromObject(value))
  const rows = rowsInStep(edited, value)
  const repeated = repeatedNames(rows)
  const list = useRef<HTMLUListElement>(null)

  function change(next: Row[]): void {
    setEdited(next)
    onChange(objectFromRows(next))
  }

  function add(): void {
    setEdited(addRow(rows))
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('li:last-child input')?.focus())
  }

  return (
    <div className="@container flex flex-col gap-2">
      {rows.length > 0 && (
        <ul ref={list} className="flex flex-col gap-3 @lg:gap-2">
          {rows.map((row, index) => {
            const name = row.name === '' ? `row ${index + 1}` : row.name
            const isRepeated = repeated.has(row.name.trim())
            return (
              <li key={row.id} className="flex flex-wrap items-start gap-x-1.5 gap-y-1 @lg:flex-nowrap">
                <div className="w-[calc(100%-2.375rem)] shrink-0 @lg:w-[32%]">
                  <input
                    aria-label={`Name of ${name} in ${label}`}
                    aria-invalid={isRepeated || undefined}
                    value={row.name}
                    placeholder="Name"
                    disabled={disabled}
                    spellCheck={false}
                    onChange={(event) =>
                      change(rows.map((other) => (other === row ? { ...row, name: event.target.value } : other)))
                    }
                    className={`${controlClass} h-8`}
                  />
                  {isRepeated && <p className="mt-1 text-small text-failed">This name is there twice</p>}
                </div>
                <div data-param={`${dropName}.${row.name}`} className="order-last w-full min-w-0 @lg:order-none @lg:flex-1">
                  <TypedValue
                    label={`Value of ${name}`}
                    dropName={`${dropName}.${row.name}`}
                    typed={typed}
                    expression={expression}
                    value={row.value}
                    onChange={(next) => change(rows.map((other) => (other === row ? { ...row, value: next } : other)))}
                    disabled={disabled}
                  />
                </div>
                {!disabled && (
                  <IconButton
                    label={`Remove ${name}`}
                    icon={<X size={15} />}
                    className="size-8!"
                    onClick={() => change(rows.filter((other) => other !== row))}
                  />
                )}
              </li>
            )
          })}
        </ul>
      )}
      {!disabled && (
        <Button variant="quiet" size="small" className="-ml-2 self-start text-accent!" icon={<Plus size={15} />} onClick={add}>
          {addWords(label)}
        </Button>
      )}
    </div>
  )
}

/** `Headers` → `Add header`, `Fields` → `Add field`; anything else → `Add a row`. */
function addWords(label: string): string {
  const single = /^(\w+?)s$/.exec(label)?.[1]
  if (single === undefined) return 'Add a row'
  return `Add ${single.toLowerCase()}`
}
