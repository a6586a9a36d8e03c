import { Select as Base } from '@base-ui/react/select'
import { clsx } from 'clsx'
import { Check, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { controlClass, Field, type FieldWords } from './field.tsx'
import { itemClass, popupClass } from './popup-class.ts'

interface SelectOption<V extends string> {
  value: V
  label: string
  /** A second, quieter line. */
  detail?: string
  icon?: ReactNode
}

export interface SelectProps<V extends string> extends FieldWords {
  options: readonly SelectOption<V>[]
  value: V | null
  onChange: (value: V) => void
  placeholder?: string | undefined
  disabled?: boolean | undefined
  size?: 'small' | 'medium' | undefined
}

export function Select<V extends string>({
  label,
  hideLabel,
  hint,
  error,
  required,
  className,
  options,
  value,
  onChange,
  placeholder = 'Choose…',
  disabled = false,
  size = 'medium',
}: SelectProps<V>) {
  const chosen = options.find((option) => option.value === value)
  return (
    <Field {...{ label, hideLabel, hint, error, required, className }}>
      {(control) => (
        <Base.Root<V> value={value} onValueChange={(next) => next !== null && onChange(next)} disabled={disabled} modal={false}>
          <Base.Trigger
            {...control}
            aria-labelledby={`${control.id}-label ${control.id}`}
            className={clsx(
              controlClass,
              'flex items-center justify-between gap-2 text-left',
              size === 'small' ? 'h-7 text-label' : 'h-8',
            )}
          >
            <span className={clsx('flex min-w-0 items-center gap-2 truncate', chosen === undefined && 'text-faint')}>
              {chosen?.icon}
              {chosen?.label ?? placeholder}
            </span>
            <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
              <Base.Popup className={clsx(popupClass, 'max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto')}>
                <Base.List>
                  {options.map((option) => (
                    <Base.Item key={option.value} value={option.value} className={clsx(itemClass, 'pr-8')}>
                      {option.icon}
                      <span className="min-w-0">
                        <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                        {option.detail !== undefined && <span className="block text-small text-muted">{option.detail}</span>}
                      </span>
                      <Base.ItemIndicator className="absolute right-2.5 text-accent">
                        <Check size={16} aria-hidden />
                      </Base.ItemIndicator>
                    </Base.Item>
                  ))}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  )
}
