import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import { controlClass, Field, type FieldWords } from './field.tsx'

export interface TextAreaProps extends FieldWords, Omit<ComponentProps<'textarea'>, 'className' | 'required' | 'id'> {
  mono?: boolean | undefined
}

/** Grows with what is in it, up to twelve lines. */
export function TextArea({ label, hideLabel, hint, error, required, className, mono = false, rows = 3, ...rest }: TextAreaProps) {
  return (
    <Field {...{ label, hideLabel, hint, error, required, className }}>
      {(control) => (
        <textarea
          {...rest}
          {...control}
          rows={rows}
          className={clsx(controlClass, 'field-sizing-content max-h-64 min-h-16 resize-y py-1.5', mono && 'font-mono text-code')}
        />
      )}
    </Field>
  )
}
