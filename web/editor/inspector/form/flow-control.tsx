import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { flowNamesQuery } from '../../../api/queries.ts'
import { Combobox } from '../../../ui/combobox.tsx'
import { Field, groupProps } from '../../../ui/field.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { ControlProps } from './control-props.ts'
import { flowOptions } from './flow-options.ts'

const nothing = 'No flow has this in its name.'

/** One flow of the workspace, by its name. */
export function FlowControl({ words, value, onChange, disabled }: ControlProps) {
  const names = useQuery(flowNamesQuery).data
  return (
    <Combobox
      {...words}
      options={flowOptions(names)}
      value={typeof value === 'string' ? value : ''}
      onChange={onChange}
      nothing={nothing}
      disabled={disabled}
    />
  )
}

/** Any number of flows: those that are chosen, and a place to find one more. */
export function FlowsControl({ words, value, onChange, disabled }: ControlProps) {
  const names = useQuery(flowNamesQuery).data
  const group = useRef<HTMLDivElement>(null)
  const chosen = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
  function change(ids: string[]): void {
    onChange(ids.length === 0 ? undefined : ids)
    // What had the focus is gone with the change.
    requestAnimationFrame(() => group.current?.querySelector('input')?.focus())
  }
  return (
    <Field {...words}>
      {(control) => (
        <div {...groupProps(control)} ref={group} className="flex flex-col gap-2">
          {chosen.length > 0 && (
            <ul className="flex flex-col gap-1">
              {chosen.map((id) => (
                <li key={id} className="flex items-center gap-1.5 rounded-field border border-line pl-2.5">
                  <span className="min-w-0 flex-1 truncate text-body">{names?.get(id) ?? id}</span>
                  {!disabled && (
                    <IconButton
                      label={`Remove ${names?.get(id) ?? id}`}
                      icon={<X size={15} />}
                      className="size-8!"
                      onClick={() => change(chosen.filter((one) => one !== id))}
                    />
                  )}
                </li>
              ))}
            </ul>
          )}
          {!disabled && (
            <Combobox
              // A new one for each that was chosen: it begins empty again.
              key={chosen.join(' ')}
              label="Add a flow"
              hideLabel
              placeholder="Add a flow"
              options={flowOptions(names, chosen)}
              value=""
              onChange={(id) => change([...chosen, id])}
              nothing={nothing}
            />
          )}
        </div>
      )}
    </Field>
  )
}
