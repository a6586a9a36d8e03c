import { clsx } from 'clsx'
import { CircleAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'

export interface FieldWords {
  label: ReactNode
  /** Keeps the label for screen readers only, where its place already says it. */
  hideLabel?: boolean | undefined
  hint?: ReactNode
  /** What is wrong and what would be right, in one sentence. */
  error?: string | undefined
  required?: boolean | undefined
  className?: string | undefined
}

/** What a control spreads to be tied to its label, hint and error. */
export interface FieldControlProps {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

/** The same for a control made of several: a group can be labelled and described, but not be required or wrong itself. */
export function groupProps(control: FieldControlProps) {
  return {
    id: control.id,
    role: 'group',
    'aria-labelledby': `${control.id}-label`,
    'aria-describedby': control['aria-describedby'],
  } as const
}

export function Field({
  label,
  hideLabel = false,
  hint,
  error,
  required = false,
  className,
  children,
}: FieldWords & { children: (control: FieldControlProps) => ReactNode }) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1.5', className)}>
      <label htmlFor={id} id={`${id}-label`} className={hideLabel ? 'sr-only' : 'self-start text-label'}>
        {label}
        {required && (
          <span aria-hidden className="text-muted">
            {' '}
            *
          </span>
        )}
      </label>
      {children({
        id,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
        'aria-invalid': error === undefined ? undefined : true,
        'aria-required': required || undefined,
      })}
      {note !== undefined && (
        <p id={`${id}-note`} className={clsx('flex gap-1.5 text-small', error === undefined ? 'text-muted' : 'text-failed')}>
          {error !== undefined && <CircleAlert size={14} aria-hidden className="mt-px shrink-0" />}
          <span className="min-w-0">{note}</span>
        </p>
      )}
    </div>
  )
}

/** The look of everything one types or chooses in. */
export const controlClass =
  'w-full min-w-0 rounded-field border border-line-strong bg-surface px-2.5 text-body text-ink transition-colors hover:not-disabled:border-ink ' +
  'aria-invalid:border-failed disabled:border-line disabled:bg-sunken disabled:text-faint [&:is(input,textarea)]:read-only:bg-sunken'
