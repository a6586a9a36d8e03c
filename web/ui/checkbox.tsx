import { Checkbox as Base } from '@base-ui/react/checkbox'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

export interface CheckboxProps {
  label: ReactNode
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean | undefined
}

export function Checkbox({ label, hint, checked, onChange, disabled = false }: CheckboxProps) {
  return (
    <label className="flex items-start gap-2.5">
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-0.5 inline-flex size-4.5 shrink-0 items-center justify-center rounded-[4px] border border-line-strong bg-surface text-on-accent transition-colors hover:border-ink data-checked:border-accent data-checked:bg-accent data-disabled:border-line data-disabled:bg-sunken"
      >
        <Base.Indicator>
          <Check size={14} strokeWidth={2.5} aria-hidden />
        </Base.Indicator>
      </Base.Root>
      <span className="min-w-0">
        <span className="block text-label leading-5.5">{label}</span>
        {hint !== undefined && <span className="block text-small text-muted">{hint}</span>}
      </span>
    </label>
  )
}
