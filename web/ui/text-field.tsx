import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { controlClass, Field, type FieldWords } from './field.tsx'

export interface TextFieldProps extends FieldWords, Omit<ComponentProps<'input'>, 'className' | 'required' | 'id' | 'size'> {
  leading?: ReactNode
  mono?: boolean | undefined
  size?: 'medium' | 'large' | undefined
}

export function TextField({
  label,
  hideLabel,
  hint,
  error,
  required,
  className,
  leading,
  mono = false,
  size = 'medium',
  ...rest
}: TextFieldProps) {
  return (
    <Field {...{ label, hideLabel, hint, error, required, className }}>
      {(control) => (
        <span className="relative flex">
          {leading !== undefined && (
            <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint">
              {leading}
            </span>
          )}
          <input
            spellCheck={false}
            {...rest}
            {...control}
            className={clsx(
              controlClass,
              size === 'large' ? 'h-10' : 'h-8',
              leading !== undefined && 'pl-8.5',
              mono && 'font-mono text-code',
            )}
          />
        </span>
      )}
    </Field>
  )
}
