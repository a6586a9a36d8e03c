import { Plus, X } from 'lucide-react'
import { useRef } from 'react'
import type { Json } from '#shared/json.ts'
import { Button } from '../../../ui/button.tsx'
import { Field, groupProps } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { ControlProps } from './control-props.ts'
import { TypedValue } from './typed-value.tsx'

/** A list of texts, one row each. */
export function ListControl({ field, words, value, onChange, disabled }: ControlProps) {
  // One alone may stand for a list of one.
  const items: Json[] = Array.isArray(value) ? value : typeof value === 'string' ? [value] : []
  const list = useRef<HTMLUListElement>(null)
  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} className="flex flex-col gap-2">
          <ul ref={list} className="flex flex-col gap-2">
            {items.map((item, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the place in the list is all that tells two equal texts apart
              <li key={index} className="flex items-start gap-1.5">
                <div className="min-w-0 flex-1">
                  <TypedValue
                    label={`${field.label}, ${index + 1}`}
                    dropName={`${field.path.join('.')}.${index}`}
                    typed={false}
                    expression={field.expression}
                    value={item}
                    onChange={(next) => onChange(items.with(index, next))}
                    disabled={disabled}
                  />
                </div>
                {!disabled && (
                  <IconButton
                    label={`Remove ${index + 1} from ${field.label}`}
                    icon={<X size={15} />}
                    className="size-8!"
                    onClick={() => onChange(items.length === 1 ? undefined : items.toSpliced(index, 1))}
                  />
                )}
              </li>
            ))}
          </ul>
          {!disabled && (
            <Button
              variant="quiet"
              size="small"
              className="-ml-2 self-start text-accent!"
              icon={<Plus size={15} />}
              onClick={() => {
                onChange([...items, ''])
                requestAnimationFrame(() =>
                  list.current?.querySelector<HTMLElement>('li:last-child :is(input,[role=textbox])')?.focus(),
                )
              }}
            >
              Add to the list
            </Button>
          )}
        </div>
      )}
    </Field>
  )
}
