import { Switch as Base } from '@base-ui/react/switch'
import type { ReactNode } from 'react'

export interface SwitchProps {
  label: ReactNode
  hideLabel?: boolean | undefined
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean | undefined
}

export function Switch({ label, hideLabel = false, hint, checked, onChange, disabled = false }: SwitchProps) {
  return (
    <label className="flex items-start gap-3">
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="mt-px inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:border-line"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-line-strong transition-transform duration-quick data-checked:translate-x-4 data-checked:bg-on-accent forced-colors:bg-[ButtonText]" />
      </Base.Root>
      <span className={hideLabel ? 'sr-only' : 'min-w-0'}>
        <span className="block text-label leading-5.5">{label}</span>
        {hint !== undefined && <span className="block text-small text-muted">{hint}</span>}
      </span>
    </label>
  )
}
