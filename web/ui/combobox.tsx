import { Combobox as Base } from '@base-ui/react/combobox'
import { clsx } from 'clsx'
import { Check, ChevronsUpDown } from 'lucide-react'
import { controlClass, Field, type FieldWords } from './field.tsx'
import { itemClass, popupClass } from './popup-class.ts'

export interface ComboboxOption {
  value: string
  label: string
  /** A quieter word at the end of the line. */
  detail?: string | undefined
}

interface ComboboxProps extends FieldWords {
  options: readonly ComboboxOption[]
  value: string
  onChange: (value: string) => void
  /** Said when nothing fits what is typed. */
  nothing: string
  placeholder?: string | undefined
  disabled?: boolean | undefined
}

/** One of many, found by typing. What is stored is shown as it is, even when it is none of the options. */
export function Combobox({ options, value, onChange, nothing, placeholder, disabled = false, ...words }: ComboboxProps) {
  const chosen = options.find((option) => option.value === value) ?? { value, label: value }
  return (
    <Field {...words}>
      {(control) => (
        <Base.Root
          items={options}
          value={chosen}
          onValueChange={(next) => next !== null && onChange(next.value)}
          isItemEqualToValue={(one, other) => one.value === other.value}
          disabled={disabled}
          autoHighlight
          modal={false}
        >
          <span className="relative flex">
            <Base.Input {...control} placeholder={placeholder} spellCheck={false} className={clsx(controlClass, 'h-8 pr-8')} />
            <Base.Trigger
              aria-label="Show all"
              tabIndex={-1}
              className="absolute inset-y-0 right-0 flex w-8 items-center justify-center text-muted"
            >
              <ChevronsUpDown size={14} aria-hidden />
            </Base.Trigger>
          </span>
          <Base.Portal>
            <Base.Positioner sideOffset={4} className="z-50">
              <Base.Popup
                className={clsx(popupClass, 'max-h-[min(20rem,var(--available-height))] w-(--anchor-width) overflow-y-auto')}
              >
                <Base.Empty className="px-2.5 py-1.5 text-small text-muted empty:hidden">{nothing}</Base.Empty>
                <Base.List>
                  {(option: ComboboxOption) => (
                    <Base.Item key={option.value} value={option} className={clsx(itemClass, 'pr-8')}>
                      <span className="min-w-0 flex-1 truncate">{option.label}</span>
                      {option.detail !== undefined && <span className="text-small text-muted tabular-nums">{option.detail}</span>}
                      <Base.ItemIndicator className="absolute right-2.5 text-accent">
                        <Check size={16} aria-hidden />
                      </Base.ItemIndicator>
                    </Base.Item>
                  )}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  )
}
